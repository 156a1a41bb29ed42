// The world of a document: the GPU somebody named, the language, the files; and one counter for all that may move.

import { beforeEach, describe, expect, it } from 'vitest';
import type * as vscode from 'vscode';
import { Environments, targetFor } from '../../src/host/environments.ts';
import { ModelFiles } from '../../src/host/model-files.ts';
import { editor, events, resetEditor, Uri } from '../support/fake-vscode.ts';

const CONFIG = Uri.parse('file:///repo/train.yaml') as unknown as vscode.Uri;
const silent = { trace() {}, info() {}, warn() {}, error() {} };

function setUp() {
  const files = new ModelFiles({ log: silent, home: null, policy: () => 'anywhere' });
  const world = new Environments(files);
  const seen: number[] = [];
  world.onDidChange(() => seen.push(world.revision));
  return { files, world, seen };
}

beforeEach(() => {
  resetEditor();
  editor.folders = [Uri.parse('file:///repo')];
});

describe('the target', () => {
  it('is nothing until somebody names a GPU', () => {
    expect(targetFor(CONFIG)).toEqual({ ok: true, value: null });
    expect(setUp().world.of(CONFIG, 'ledger').target).toBeNull();
  });

  it.each(['RTX 4090', '24 GiB', '8 x H100 80GB', ' 2x RTX 3090 '])('%s is understood', (gpu) => {
    editor.settings.set('headroom.gpu', gpu);
    expect(setUp().world.of(CONFIG, 'ledger').target?.capacity).toBeGreaterThan(20 * 1024 ** 3);
  });

  it('a name nobody knows is an error with a sentence, not silence', () => {
    editor.settings.set('headroom.gpu', 'RTX 9999');
    const target = targetFor(CONFIG);
    expect(target.ok ? '' : target.error).toContain('RTX 9999');
    expect(setUp().world.of(CONFIG, 'ledger')).toMatchObject({ target: null, unknownTarget: 'RTX 9999' });
  });
});

describe('the revision', () => {
  it('grows when one of our settings changes, not when another does', () => {
    const { seen } = setUp();
    events.configured.fire({ affectsConfiguration: (section) => section === 'editor' });
    expect(seen).toEqual([]);
    events.configured.fire({ affectsConfiguration: (section) => section === 'headroom' });
    expect(seen).toEqual([1]);
  });

  it('grows when a wanted file has been read, and the environment then has it', async () => {
    editor.files.set('file:///repo/m/config.json', '{}');
    const { world, seen } = setUp();
    world.want(CONFIG, ['m/config.json']);
    expect(world.of(CONFIG, 'ledger').file('m/config.json')).toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen).toEqual([1]);
    expect(world.of(CONFIG, 'ledger').file('m/config.json')).toBe('{}');
  });

  it('stays when the world is gone', () => {
    const { files, world, seen } = setUp();
    world.dispose();
    files.dispose();
    events.configured.fire({ affectsConfiguration: () => true });
    expect(seen).toEqual([]);
  });
});
