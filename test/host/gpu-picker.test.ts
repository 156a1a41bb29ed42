// `Headroom: Pick GPU`: what the user does, and what is then written to which settings.

import { beforeEach, describe, expect, it } from 'vitest';
import { gpus } from '../../src/catalogue/gpus.ts';
import { pickGpu } from '../../src/host/gpu-picker.ts';
import { parseTarget } from '../../src/service/target.ts';
import { ConfigurationTarget, editor, type Pick, resetEditor, Uri } from '../support/fake-vscode.ts';

const { Global, Workspace } = ConfigurationTarget;

beforeEach(() => {
  resetEditor();
  editor.folders = [Uri.parse('file:///repo')];
});

async function picked(...picks: Pick[]) {
  editor.picks = picks;
  await pickGpu(undefined);
  expect(editor.picks).toEqual([]);
  return editor.written.map(({ value, target }) => [value, target]);
}

/** The labels of the first list. */
async function offered(): Promise<readonly string[]> {
  const asking = await pickGpu(undefined).catch((error: Error) => error.message);
  return String(asking).replace('nobody expected to be asked: ', '').split(', ');
}

describe('pickGpu', () => {
  it('a card from the list, once', async () => {
    expect(await picked({ take: 'RTX 4090' }, { take: '1 x' }, { take: 'This workspace' })).toEqual([
      ['RTX 4090', Workspace],
    ]);
  });

  it('several of them, for the user', async () => {
    expect(await picked({ take: 'A100 80GB' }, { take: '8 x' }, { take: 'Everywhere' })).toEqual([
      ['8 x A100 80GB', Global],
    ]);
  });

  it('a budget as typed is not asked for a count', async () => {
    expect(await picked({ type: ' 24 GiB ', take: '24 GiB' }, { take: 'This workspace' })).toEqual([
      ['24 GiB', Workspace],
    ]);
  });

  it.each(['2 GiB', '80GB', '4x RTX 4090'])(
    '%s wins over what is still active when Enter comes at once',
    async (text) => {
      const hasty = { type: text, take: 'RTX 4000 Ada', hasty: true };
      expect(await picked(hasty, { take: 'This workspace' })).toEqual([[text, Workspace]]);
    },
  );

  it('a name filters the list, and what is active is taken', async () => {
    expect(await picked({ type: '4090', take: 'RTX 4090 D' }, { take: '1 x' }, { take: 'Everywhere' })).toEqual([
      ['RTX 4090 D', Global],
    ]);
  });

  it('a name in another spelling is a target as typed', async () => {
    expect(await picked({ type: 'rtx4090', take: 'rtx4090' }, { take: 'Everywhere' })).toEqual([['rtx4090', Global]]);
  });

  it('offers first what most people train on, and every card once', async () => {
    const labels = (await offered()).filter((label) => gpus.some(({ name }) => name === label));
    expect(labels.slice(0, 4)).toEqual(['RTX 4090', 'RTX 3090', 'A100 80GB', 'H100 80GB']);
    expect([...labels].sort()).toEqual(gpus.map(({ name }) => name).sort());
  });

  it('a typed count goes with the card', async () => {
    expect(await picked({ type: '3 x H100 80GB', take: '3 x' }, { take: 'Everywhere' })).toEqual([
      ['3 x H100 80GB', Global],
    ]);
  });

  it('without a folder it is the user setting, unasked', async () => {
    editor.folders = [];
    expect(await picked({ take: 'T4' }, { take: '1 x' })).toEqual([['T4', Global]]);
  });

  it('what is set stands first, and can be taken back', async () => {
    editor.settings.set('headroom.gpu', '2 x T4');
    expect(await picked({ take: '2 x T4' }, { take: 'Everywhere' })).toEqual([['2 x T4', Global]]);
    expect(await picked({ take: 'Not set' }, { take: 'Everywhere' })).toEqual([
      ['2 x T4', Global],
      ['', Global],
    ]);
  });

  it.each([
    ['first', [null]],
    ['second', [{ take: 'T4' }, null]],
    ['third', [{ take: 'T4' }, { take: '2 x' }, null]],
  ])('Escape at the %s question writes nothing', async (_name, picks) => {
    expect(await picked(...picks)).toEqual([]);
  });

  it('text that is no target is not offered', async () => {
    await expect(picked({ type: 'a big one', take: 'a big one' })).rejects.toThrow('no a big one among');
  });

  it('every value it can write is one that the service reads', () => {
    const values = gpus.flatMap(({ name }) => [name, `8 x ${name}`]);
    expect(values.filter((value) => !parseTarget(value).ok)).toEqual([]);
    expect(values.length).toBeGreaterThan(50);
  });
});
