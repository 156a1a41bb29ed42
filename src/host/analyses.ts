// The one cache: a document's Analysis by uri, version and environment revision. Every surface asks here, so all of them
// print the same value and a keystroke is analysed once. Two depths: the ledger at once, the allocator when typing pauses.
// Deliberately absent: what an analysis contains, and files that are not open in an editor.

import type * as vscode from 'vscode';
import type { Analysis, Environment } from '../service/analysis-types.ts';
import type { World } from './environments.ts';
import { guarded, type Log } from './log.ts';

/** `text`: the document was edited or opened. `environment`: settings or files moved. `depth`: the allocator has answered. */
export interface AnalysisChange {
  readonly document: vscode.TextDocument;
  readonly cause: 'text' | 'environment' | 'depth';
}

/** The editor's documents, as far as the cache needs them; `vscode.workspace` is one. */
interface Documents {
  readonly textDocuments: readonly vscode.TextDocument[];
  readonly onDidOpenTextDocument: vscode.Event<vscode.TextDocument>;
  readonly onDidChangeTextDocument: vscode.Event<vscode.TextDocumentChangeEvent>;
  readonly onDidCloseTextDocument: vscode.Event<vscode.TextDocument>;
}

export interface AnalysesContext {
  readonly analyse: (text: string, fileName: string, environment: Environment) => Analysis;
  readonly accepts: (document: vscode.TextDocument) => boolean;
  readonly world: World;
  readonly documents: Documents;
  readonly changes: vscode.EventEmitter<AnalysisChange>;
  readonly log: Log;
  /** How long typing must rest before the allocator is asked. */
  readonly pauseMs: number;
}

interface Kept {
  readonly version: number;
  readonly revision: number;
  /** Null: not a training config; every surface stays silent. */
  readonly analysis: Analysis | null;
}

export class Analyses implements vscode.Disposable {
  readonly #context: AnalysesContext;
  readonly #kept = new Map<string, Kept>();
  readonly #pauses = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #listening: readonly vscode.Disposable[];
  readonly onDidChange: vscode.Event<AnalysisChange>;

  constructor(context: AnalysesContext) {
    this.#context = context;
    this.onDidChange = context.changes.event;
    const { documents, world } = context;
    this.#listening = [
      documents.onDidOpenTextDocument((document) => this.#announce(document, 'text')),
      documents.onDidChangeTextDocument((change) => this.#announce(change.document, 'text')),
      documents.onDidCloseTextDocument((document) => this.#forget(document)),
      world.onDidChange(() => this.#worldMoved()),
    ];
  }

  /** The analysis of the document as it stands, at once; null where Headroom has nothing to say. */
  of(document: vscode.TextDocument): Analysis | null {
    if (document.isClosed || !this.#context.accepts(document)) return null;
    const kept = this.#kept.get(keyOf(document));
    if (kept === undefined) return this.#analyse(document, 'ledger');
    if (kept.analysis === null) return this.#stillSilent(document, kept);
    return this.#isCurrent(kept, document) ? kept.analysis : this.#analyse(document, 'ledger');
  }

  dispose(): void {
    for (const pause of this.#pauses.values()) clearTimeout(pause);
    for (const listener of this.#listening) listener.dispose();
    this.#pauses.clear();
    this.#kept.clear();
    this.#context.changes.dispose();
  }

  #analyse(document: vscode.TextDocument, depth: Environment['depth']): Analysis | null {
    const { analyse, world, log } = this.#context;
    const asked = new Set<string>();
    const environment = noting(asked, world.of(document.uri, depth));
    const started = performance.now();
    const analysis = analyse(document.getText(), document.uri.path, environment);
    log.trace(`${document.uri.path}: ${depth}, ${(performance.now() - started).toFixed(1)} ms`);
    const shown = analysis.dialect === null ? null : analysis;
    // A path that is being typed is looked for once it is whole, not at every letter of it.
    const atRest = depth === 'allocator' || !this.#kept.has(keyOf(document));
    if (atRest) world.want(document.uri, shown ? [...asked] : []);
    this.#kept.set(keyOf(document), { version: document.version, revision: world.revision, analysis: shown });
    if (depth === 'ledger' && shown) this.#settleLater(document);
    return shown;
  }

  /** Somebody's compose file must cost nothing while it is edited: it is looked at again only when typing rests. */
  #stillSilent(document: vscode.TextDocument, kept: Kept): null {
    if (kept.version !== document.version) this.#settleLater(document);
    return null;
  }

  /** Cancels what an older text waited for; the allocator is asked only about a text that has come to rest. */
  #settleLater(document: vscode.TextDocument): void {
    const key = keyOf(document);
    const { version } = document;
    this.#cancelPause(key);
    const settle = guarded(this.#context.log, 'settle', () => this.#settle(document, version));
    this.#pauses.set(key, setTimeout(settle, this.#context.pauseMs));
  }

  #settle(document: vscode.TextDocument, version: number): void {
    this.#pauses.delete(keyOf(document));
    // Stale: whoever asked about the newer text has started a pause of its own.
    if (document.isClosed || document.version !== version) return;
    const before = this.#kept.get(keyOf(document))?.analysis;
    const after = this.#analyse(document, 'allocator');
    if (before || after) this.#context.changes.fire({ document, cause: 'depth' });
  }

  #isCurrent(kept: Kept, document: vscode.TextDocument): boolean {
    return kept.version === document.version && kept.revision === this.#context.world.revision;
  }

  #announce(document: vscode.TextDocument, cause: AnalysisChange['cause']): void {
    if (this.#context.accepts(document)) this.#context.changes.fire({ document, cause });
  }

  #worldMoved(): void {
    for (const document of this.#context.documents.textDocuments) {
      if (this.#kept.get(keyOf(document))?.analysis) this.#announce(document, 'environment');
    }
  }

  #forget(document: vscode.TextDocument): void {
    const key = keyOf(document);
    this.#cancelPause(key);
    this.#kept.delete(key);
  }

  #cancelPause(key: string): void {
    clearTimeout(this.#pauses.get(key));
    this.#pauses.delete(key);
  }
}

/** The files an analysis asked about are the files it depends on, whether they were there or not. */
function noting(asked: Set<string>, environment: Environment): Environment {
  return {
    ...environment,
    file: (path) => {
      asked.add(path);
      return environment.file(path);
    },
  };
}

const keyOf = (document: vscode.TextDocument): string => document.uri.toString();
