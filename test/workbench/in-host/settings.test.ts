// Each surface can be turned off by itself, and comes back.

import { diagnostics, hints, lenses, open, set, until } from './surfaces.ts';

const SURFACES = {
  'hints.enabled': hints,
  'lens.enabled': lenses,
  'diagnostics.enabled': diagnostics,
} as const;

describe('the settings', () => {
  before(() => set('gpu', '2 GiB')); // so that there is a problem to turn off
  after(() => set('gpu', undefined));

  for (const [key, shown] of Object.entries(SURFACES)) {
    it(`headroom.${key}: false hides what it names`, async () => {
      const document = await open('training/full.yaml');
      await until(
        async () => (await shown(document)).length,
        (count) => count > 0,
      );
      await set(key, false);
      await until(
        async () => (await shown(document)).length,
        (count) => count === 0,
      );
      await set(key, undefined);
      await until(
        async () => (await shown(document)).length,
        (count) => count > 0,
      );
    });
  }

  it('headroom.hints.total: false hides the total and no other hint', async () => {
    const document = await open('training/full.yaml');
    const all = await until(
      () => hints(document),
      (shown) => shown.length > 1,
    );
    await set('hints.total', false);
    const total = all.filter(({ text }) => text.startsWith('peak'));
    await until(
      () => hints(document),
      (shown) => shown.length === all.length - total.length,
    );
    await set('hints.total', undefined);
    await until(
      () => hints(document),
      (shown) => shown.length === all.length,
    );
  });

  it('headroom.language: zh-cn changes the words, not the figures', async () => {
    const document = await open('training/lora.yaml');
    const figure = /[\d.]+ GiB/;
    const titles = async () => (await lenses(document)).map(({ title }) => title).join(' ');
    const english = await until(titles, (text) => figure.test(text));
    await set('language', 'zh-cn');
    await until(titles, (text) => /\p{Script=Han}/u.test(text) && figure.exec(text)?.[0] === figure.exec(english)?.[0]);
    await set('language', undefined);
    await until(titles, (text) => !/\p{Script=Han}/u.test(text));
  });
});
