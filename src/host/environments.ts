// The world a document is read in: settings, the target GPU, the files it names. One counter tells when any of it moved.

import * as vscode from 'vscode';
import type { Environment } from '../service/analysis-types.ts';
import { parseTarget } from '../service/target.ts';
import { language, onDidChangeSettings, readSetting } from './configuration.ts';
import type { ModelFiles } from './model-files.ts';

/** What the analyses need of the world. */
export interface World {
  /** Grows whenever an environment handed out earlier no longer holds. */
  readonly revision: number;
  readonly onDidChange: vscode.Event<void>;
  readonly of: (document: vscode.Uri, depth: Environment['depth']) => Environment;
  readonly want: (document: vscode.Uri, paths: readonly string[]) => void;
}

export class Environments implements World, vscode.Disposable {
  readonly #files: ModelFiles;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listening: vscode.Disposable;
  readonly onDidChange = this.#changed.event;
  #revision = 0;

  constructor(files: ModelFiles) {
    this.#files = files;
    this.#listening = vscode.Disposable.from(
      files.onDidChange(() => this.#bump()),
      onDidChangeSettings(() => {
        files.lookAgain();
        this.#bump();
      }),
    );
  }

  get revision(): number {
    return this.#revision;
  }

  of(document: vscode.Uri, depth: Environment['depth']): Environment {
    return {
      language: language(),
      target: parseTarget(readSetting('headroom.gpu', document)),
      depth,
      versions: {},
      file: (path) => this.#files.content(document, path),
    };
  }

  want(document: vscode.Uri, paths: readonly string[]): void {
    this.#files.want(document, paths);
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changed.dispose();
  }

  #bump(): void {
    this.#revision += 1;
    this.#changed.fire();
  }
}
