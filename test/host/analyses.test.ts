// The cache: one analysis a version, two depths, nothing stale, and no work on other people's YAML while it is typed.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import { Analyses, type AnalysisChange } from '../../src/host/analyses.ts';
import type { World } from '../../src/host/environments.ts';
import type { Analysis, Environment } from '../../src/service/analysis-types.ts';
import { EventEmitter, Uri } from '../support/fake-vscode.ts';

const PAUSE = 300;

interface TypedDocument {
  isClosed: boolean;
  version: number;
  text: string;
}

/** A cache over a fake service: `train` in a text makes it a training config, and every call is written down. */
function setUp() {
  const opened = new EventEmitter<vscode.TextDocument>();
  const edited = new EventEmitter<vscode.TextDocumentChangeEvent>();
  const closed = new EventEmitter<vscode.TextDocument>();
  const worldMoved = new EventEmitter<void>();
  const changes = new EventEmitter<AnalysisChange>();
  const calls: { text: string; depth: Environment['depth'] }[] = [];
  const errors: string[] = [];
  const wanted: (readonly string[])[] = [];
  const world = { revision: 0 };
  const documents: vscode.TextDocument[] = [];

  const analyse = (text: string, fileName: string, environment: Environment): Analysis => {
    calls.push({ text, depth: environment.depth });
    if (text.includes('throw')) throw new Error('a bug');
    environment.file('model/config.json');
    return { fileName, dialect: text.includes('train') ? {} : null, environment } as unknown as Analysis;
  };
  const cache = new Analyses({
    analyse,
    accepts: (document) => document.languageId === 'yaml',
    world: {
      get revision() {
        return world.revision;
      },
      onDidChange: worldMoved.event,
      of: (_document, depth) => ({ depth, file: () => undefined }) as unknown as Environment,
      want: (_document, paths) => wanted.push(paths),
    } as World,
    documents: {
      textDocuments: documents,
      onDidOpenTextDocument: opened.event,
      onDidChangeTextDocument: edited.event,
      onDidCloseTextDocument: closed.event,
    } as unknown as typeof vscode.workspace,
    changes: changes as unknown as vscode.EventEmitter<AnalysisChange>,
    log: { trace() {}, error: (message: string) => errors.push(message) } as unknown as vscode.LogOutputChannel,
    pauseMs: PAUSE,
  });
  const seen: AnalysisChange['cause'][] = [];
  cache.onDidChange((change) => seen.push(change.cause));

  function open(text: string, languageId = 'yaml'): vscode.TextDocument & TypedDocument {
    const state: TypedDocument = { isClosed: false, version: 1, text };
    const uri = Uri.file(`/w/${documents.length}.yaml`);
    const document = Object.assign(state, { uri, languageId, getText: () => state.text });
    documents.push(document as unknown as vscode.TextDocument);
    return document as unknown as vscode.TextDocument & TypedDocument;
  }
  function edit(document: vscode.TextDocument & TypedDocument, text: string): void {
    document.text = text;
    (document as TypedDocument).version += 1;
    edited.fire({ document } as unknown as vscode.TextDocumentChangeEvent);
  }
  function close(document: vscode.TextDocument & TypedDocument): void {
    (document as TypedDocument).isClosed = true;
    closed.fire(document);
  }
  function moveWorld(): void {
    world.revision += 1;
    worldMoved.fire();
  }
  return { cache, calls, errors, wanted, seen, open, edit, close, moveWorld };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('one analysis a version', () => {
  it('the same version answers with the same object', () => {
    const { cache, calls, open } = setUp();
    const document = open('train');
    expect(cache.of(document)).toBe(cache.of(document));
    expect(calls).toHaveLength(1);
  });

  it('an edit is analysed once, whoever asks', () => {
    const { cache, calls, open, edit } = setUp();
    const document = open('train');
    const before = cache.of(document);
    edit(document, 'train more');
    expect(cache.of(document)).not.toBe(before);
    cache.of(document);
    expect(calls.map((call) => call.text)).toEqual(['train', 'train more']);
  });

  it('a new revision of the environment makes it anew, and says so', () => {
    const { cache, calls, open, moveWorld, seen } = setUp();
    const document = open('train');
    const before = cache.of(document);
    moveWorld();
    expect(seen).toEqual(['environment']);
    expect(cache.of(document)).not.toBe(before);
    expect(calls).toHaveLength(2);
  });

  it('the files an analysis asked for are wanted, those of other YAML are not', () => {
    const { cache, open, wanted } = setUp();
    cache.of(open('train'));
    cache.of(open('kind: Deployment'));
    expect(wanted).toEqual([['model/config.json'], []]);
  });
});

describe('files while typing', () => {
  it('a path that is being typed is looked for when typing rests', () => {
    const { cache, open, edit, wanted } = setUp();
    const document = open('train');
    cache.of(document);
    for (const text of ['train ./m', 'train ./mo', 'train ./mod']) {
      edit(document, text);
      cache.of(document);
    }
    expect(wanted).toHaveLength(1);
    vi.advanceTimersByTime(PAUSE);
    expect(wanted).toHaveLength(2);
  });
});

describe('two depths', () => {
  it('the allocator answers when typing rests, in the place of the ledger', () => {
    const { cache, calls, open, seen } = setUp();
    const document = open('train');
    expect(cache.of(document)?.environment.depth).toBe('ledger');
    vi.advanceTimersByTime(PAUSE);
    expect(seen).toEqual(['depth']);
    expect(cache.of(document)?.environment.depth).toBe('allocator');
    vi.advanceTimersByTime(10 * PAUSE);
    expect(calls.map((call) => call.depth)).toEqual(['ledger', 'allocator']);
  });

  it('typing on cancels it: only the last text is replayed', () => {
    const { cache, calls, open, edit } = setUp();
    const document = open('train');
    cache.of(document);
    for (const text of ['train 1', 'train 12', 'train 123']) {
      vi.advanceTimersByTime(PAUSE / 2);
      edit(document, text);
      cache.of(document);
    }
    vi.advanceTimersByTime(10 * PAUSE);
    expect(calls.filter((call) => call.depth === 'allocator').map((call) => call.text)).toEqual(['train 123']);
  });

  it('a stale pause is dropped when nobody asked about the newer text', () => {
    const { cache, calls, open, edit } = setUp();
    const document = open('train');
    cache.of(document);
    edit(document, 'train more');
    vi.advanceTimersByTime(10 * PAUSE);
    expect(calls.map((call) => call.depth)).toEqual(['ledger']);
  });

  it('a closed document is forgotten and never replayed', () => {
    const { cache, calls, open, close } = setUp();
    const document = open('train');
    cache.of(document);
    close(document);
    vi.advanceTimersByTime(10 * PAUSE);
    expect(cache.of(document)).toBeNull();
    expect(calls).toHaveLength(1);
  });

  it('a bug in the replay is logged under its code and leaves the quick answer standing', () => {
    const { cache, calls, errors, open } = setUp();
    const document = open('train');
    const quick = cache.of(document);
    document.text = 'throw';
    vi.advanceTimersByTime(PAUSE);
    expect(calls).toHaveLength(2);
    expect(errors.map((line) => line.split('\n')[0])).toEqual(['headroom/settle: Error: a bug']);
    expect(cache.of(document)).toBe(quick);
  });
});

describe('other documents', () => {
  it('another language is never read', () => {
    const { cache, calls, open } = setUp();
    expect(cache.of(open('train', 'markdown'))).toBeNull();
    expect(calls).toEqual([]);
  });

  it('other YAML is read once, and after edits only when typing rests', () => {
    const { cache, calls, open, edit, seen } = setUp();
    const document = open('kind: Deployment');
    expect(cache.of(document)).toBeNull();
    for (let i = 0; i < 20; i += 1) {
      edit(document, `kind: Deployment ${i}`);
      expect(cache.of(document)).toBeNull();
    }
    expect(calls).toHaveLength(1);
    vi.advanceTimersByTime(10 * PAUSE);
    expect(calls).toHaveLength(2);
    expect(seen).not.toContain('depth');
  });

  it('a document that becomes a training config is noticed when typing rests', () => {
    const { cache, open, edit, seen } = setUp();
    const document = open('');
    cache.of(document);
    edit(document, 'train');
    expect(cache.of(document)).toBeNull();
    vi.advanceTimersByTime(PAUSE);
    expect(seen).toContain('depth');
    expect(cache.of(document)).not.toBeNull();
  });

  it('a training config that stops being one is silent at once', () => {
    const { cache, open, edit } = setUp();
    const document = open('train');
    cache.of(document);
    edit(document, 'kind: Deployment');
    expect(cache.of(document)).toBeNull();
  });
});
