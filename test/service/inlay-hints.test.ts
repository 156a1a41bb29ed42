import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { analyse } from '../../src/service/analyse.ts';
import { type HintKind, inlayHints } from '../../src/service/inlay-hints.ts';
import { sharesOf } from '../../src/service/shares.ts';
import { isTraining } from '../../src/service/training.ts';
import { environment } from '../support/environment.ts';
import { withHints } from '../support/marked-text.ts';

vi.mock('../../src/memory/estimate-run.ts', () => import('../support/linear-estimate.ts'));

const folder = new URL('../fixtures/service/hints/', import.meta.url);
const fixture = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const analysed = (name: string) => analyse(fixture(name), name, environment('RTX 4090'));
const hintsIn = (text: string, name = 'train.yaml') => inlayHints(analyse(text, name, environment('RTX 4090')));

describe('inlay hints', () => {
  it.each(['full.yaml', 'lora.yaml', 'one-line.json', 'own-run.yaml'])('print back into the text: %s', async (name) => {
    const printed = withHints(fixture(name), inlayHints(analysed(name)));
    await expect(printed).toMatchFileSnapshot(`../fixtures/service/hints/${name}.hinted`);
  });

  it('say in Chinese what they say in English', async () => {
    const name = 'full.yaml';
    const printed = withHints(
      fixture(name),
      inlayHints(analyse(fixture(name), name, environment('RTX 4090', 'zh-cn'))),
    );
    await expect(printed).toMatchFileSnapshot(`../fixtures/service/hints/${name}.zh-cn.hinted`);
  });

  it('deal the peak out: no byte is in two shares', () => {
    for (const name of ['full.yaml', 'lora.yaml']) {
      const a = analysed(name);
      if (!isTraining(a) || !a.estimate) throw new Error('the fixture has an estimate');
      const terms = sharesOf(a, a.estimate).flatMap((share) => share.terms.map((t) => t.term));
      expect(new Set(terms).size).toBe(terms.length);
      const dealt = sharesOf(a, a.estimate).reduce((n, share) => n + share.bytes, 0);
      expect(dealt).toBeLessThanOrEqual(a.estimate.peak.allocated.expected);
    }
  });

  it('are never more than eight, and the total is among them although a share may be larger', () => {
    const hints = inlayHints(analysed('full.yaml'));
    expect(hints.length).toBeLessThanOrEqual(8);
    expect(hints.map((hint) => hint.data.kind)).toContain('total');
  });

  it('each have a kind by which they can be turned off', () => {
    const kinds = inlayHints(analysed('full.yaml')).map((hint) => hint.data.kind as HintKind);
    for (const off of kinds) {
      const left = inlayHints(analysed('full.yaml'), (kind) => kind !== off).map((hint) => hint.data.kind);
      expect(left).toEqual(kinds.filter((kind) => kind !== off));
    }
  });

  it('stand before a line break of Windows too, and each has a tooltip', () => {
    const text = fixture('full.yaml').replaceAll('\n', '\r\n');
    expect(withHints(text, hintsIn(text)).replaceAll('\r\n', '\n')).toBe(fixture('full.yaml.hinted'));
    for (const hint of hintsIn(text))
      expect(hint.tooltip).toMatchObject({ kind: 'markdown', value: expect.stringMatching(/./) });
  });

  it('are absent without an estimate', () => {
    expect(hintsIn(fixture('full.yaml').replace('Qwen/Qwen2.5-7B-Instruct', 'someone/something'))).toEqual([]);
  });
});
