// Files that a config names: where they are looked for, who wins, what is not read, and when they are looked at again.

import { beforeEach, describe, expect, it } from 'vitest';
import type * as vscode from 'vscode';
import { ModelFiles } from '../../src/host/model-files.ts';
import type { ReadingPolicy } from '../../src/host/model-paths.ts';
import { editor, events, resetEditor, Uri } from '../support/fake-vscode.ts';

const uri = (text: string): vscode.Uri => Uri.parse(text) as unknown as vscode.Uri;
const CONFIG = uri('file:///repo/examples/train.yaml');

/** Lets every pending look end. */
const looked = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

function setUp(policy: ReadingPolicy = 'anywhere') {
  const warnings: string[] = [];
  const state = { policy, changes: 0 };
  const log = {
    trace() {},
    info() {},
    warn: (message: string) => warnings.push(message),
    error: (message: string) => warnings.push(message),
  };
  const files = new ModelFiles({ log, home: uri('file:///home/me'), policy: () => state.policy });
  files.onDidChange(() => {
    state.changes += 1;
  });
  return { files, state, warnings };
}

beforeEach(() => {
  resetEditor();
  editor.folders = [Uri.parse('file:///repo')];
});

describe('where a path points', () => {
  it.each([
    ['beside the config', './m/config.json', 'file:///repo/examples/m/config.json'],
    ['in the workspace folder', 'm/config.json', 'file:///repo/m/config.json'],
    ['absolute', '/models/m/config.json', 'file:///models/m/config.json'],
    ['in the home folder', '~/m/config.json', 'file:///home/me/m/config.json'],
    ['one up', '../m/config.json', 'file:///repo/m/config.json'],
  ])('%s', async (_name, path, place) => {
    editor.files.set(place, '{"model_type":"llama"}');
    const { files, state } = setUp();
    files.want(CONFIG, [path]);
    expect(files.content(CONFIG, path)).toBeUndefined();
    await looked();
    expect(files.content(CONFIG, path)).toBe('{"model_type":"llama"}');
    expect(state.changes).toBe(1);
  });

  it('beside the config wins over the workspace folder', async () => {
    editor.files.set('file:///repo/m/config.json', 'root').set('file:///repo/examples/m/config.json', 'beside');
    const { files } = setUp();
    files.want(CONFIG, ['m/config.json']);
    await looked();
    expect(files.content(CONFIG, 'm/config.json')).toBe('beside');
  });

  it('a file that is not there is null, not unknown', async () => {
    const { files } = setUp();
    files.want(CONFIG, ['m/config.json']);
    await looked();
    expect(files.content(CONFIG, 'm/config.json')).toBeNull();
  });

  it('an unsaved config looks in the first folder', async () => {
    editor.files.set('file:///repo/m/config.json', 'root');
    const { files } = setUp();
    const unsaved = uri('untitled:Untitled-1');
    files.want(unsaved, ['m/config.json']);
    await looked();
    expect(files.content(unsaved, 'm/config.json')).toBe('root');
  });
});

describe('what may be read', () => {
  it('outside the workspace only when it is trusted, and again once trust is granted', async () => {
    editor.files.set('file:///models/config.json', '{}');
    editor.isTrusted = false;
    const { files } = setUp();
    files.want(CONFIG, ['/models/config.json']);
    await looked();
    expect([files.content(CONFIG, '/models/config.json'), editor.reads]).toEqual([undefined, []]);
    editor.isTrusted = true;
    events.trusted.fire();
    await looked();
    expect(files.content(CONFIG, '/models/config.json')).toBe('{}');
  });

  it('a path that climbs out of the workspace is outside', async () => {
    editor.files.set('file:///secret/config.json', '{}');
    editor.isTrusted = false;
    const { files } = setUp();
    files.want(CONFIG, ['../../secret/config.json']);
    await looked();
    expect(editor.reads).toEqual([]);
  });

  it.each([
    ['never', 'file:///repo/m/config.json', 'm/config.json'],
    ['workspace', 'file:///models/config.json', '/models/config.json'],
  ] as const)('policy %s', async (policy, place, path) => {
    editor.files.set(place, '{}');
    const { files, state } = setUp(policy);
    files.want(CONFIG, [path]);
    await looked();
    expect([files.content(CONFIG, path), editor.reads]).toEqual([undefined, []]);
    state.policy = 'anywhere';
    files.lookAgain();
    await looked();
    expect(files.content(CONFIG, path)).toBe('{}');
  });

  it('a huge file is not read, and the log says so', async () => {
    editor.files.set('file:///repo/m/config.json', 'x'.repeat(1024 * 1024 + 1));
    const { files, warnings } = setUp();
    files.want(CONFIG, ['m/config.json']);
    await looked();
    expect([files.content(CONFIG, 'm/config.json'), editor.reads]).toEqual([null, []]);
    expect(warnings).toEqual(['file:///repo/m/config.json is not read: 1048577 bytes']);
  });

  it('a config that names hundreds of files is not followed', () => {
    const { files } = setUp();
    files.want(
      CONFIG,
      Array.from({ length: 500 }, (_, i) => `/m${i}/config.json`),
    );
    expect(editor.watched.size).toBe(16);
  });
});

describe('when it is looked at again', () => {
  it('an open editor with unsaved text wins, until it is closed', async () => {
    editor.files.set('file:///repo/m/config.json', 'saved');
    const { files } = setUp();
    files.want(CONFIG, ['m/config.json']);
    await looked();
    const document = { uri: Uri.parse('file:///repo/m/config.json'), getText: () => 'unsaved' };
    editor.textDocuments = [document];
    events.changed.fire({ document });
    await looked();
    expect(files.content(CONFIG, 'm/config.json')).toBe('unsaved');
    editor.textDocuments = [];
    events.closed.fire(document);
    await looked();
    expect(files.content(CONFIG, 'm/config.json')).toBe('saved');
  });

  it('the file changes on disk', async () => {
    const { files, state } = setUp();
    files.want(CONFIG, ['m/config.json']);
    await looked();
    editor.files.set('file:///repo/m/config.json', 'new');
    events.touched.fire('file:///repo/m/config.json');
    await looked();
    expect([files.content(CONFIG, 'm/config.json'), state.changes]).toEqual(['new', 2]);
  });

  it('nothing changed: nobody is told', async () => {
    editor.files.set('file:///repo/m/config.json', 'same');
    const { files, state } = setUp();
    files.want(CONFIG, ['m/config.json']);
    await looked();
    files.want(CONFIG, ['m/config.json']);
    events.touched.fire('file:///repo/m/config.json');
    await looked();
    expect(state.changes).toBe(1);
  });

  it('what is no longer wanted is no longer watched', async () => {
    const { files } = setUp();
    files.want(CONFIG, ['/a/config.json', '/b/config.json']);
    expect(editor.watched.size).toBe(2);
    files.want(CONFIG, ['/b/config.json']);
    expect([...editor.watched]).toEqual(['file:///b/config.json']);
    events.closed.fire({ uri: Uri.parse(CONFIG.toString()), getText: () => '' });
    expect(editor.watched.size).toBe(0);
    files.dispose();
  });
});
