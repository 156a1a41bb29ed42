// Which training config the window is about: the last one whose editor was active, until it is closed. The panel stays
// with it while the user looks elsewhere; the status bar and the menus show it only while it is in front.

import * as vscode from 'vscode';
import { TRAINING_CONFIG_CONTEXT } from '../manifest/menus.ts';
import type { Analysis } from '../service/analysis-types.ts';
import type { Analyses } from './analyses.ts';
import { guarded, type Log } from './log.ts';

export interface ActiveConfig {
  readonly document: vscode.TextDocument;
  readonly analysis: Analysis;
  /** Its editor is the active one, or the focus is outside every text editor (in the panel, for one). */
  readonly inFront: boolean;
}

export class ActiveConfigs implements vscode.Disposable {
  readonly #analyses: Analyses;
  readonly #changed = new vscode.EventEmitter<ActiveConfig | null>();
  readonly #listening: vscode.Disposable;
  readonly onDidChange = this.#changed.event;
  #document: vscode.TextDocument | null = null;
  #inContext = false;

  constructor(analyses: Analyses, log: Log) {
    this.#analyses = analyses;
    const refresh = guarded(log, 'active', () => this.#refresh());
    this.#listening = vscode.Disposable.from(
      vscode.window.onDidChangeActiveTextEditor(refresh),
      vscode.workspace.onDidCloseTextDocument(refresh),
      analyses.onDidChange(({ document }) => {
        if (document === this.#document || document === activeDocument()) refresh();
      }),
    );
    refresh();
  }

  get current(): ActiveConfig | null {
    const analysis = this.#document && this.#analyses.of(this.#document);
    if (!this.#document || !analysis) return null;
    const active = activeDocument();
    return { document: this.#document, analysis, inFront: active === undefined || active === this.#document };
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changed.dispose();
  }

  #refresh(): void {
    const active = activeDocument();
    if (active && this.#analyses.of(active)) this.#document = active;
    const current = this.current;
    if (!current) this.#document = null;
    this.#setContext(current?.inFront ?? false);
    this.#changed.fire(current);
  }

  #setContext(value: boolean): void {
    if (value === this.#inContext) return;
    this.#inContext = value;
    void vscode.commands.executeCommand('setContext', TRAINING_CONFIG_CONTEXT, value);
  }
}

const activeDocument = (): vscode.TextDocument | undefined => vscode.window.activeTextEditor?.document;
