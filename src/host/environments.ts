// The world a document is read in: settings, the target GPU, the files it names. One counter tells when any of it moved.

import * as vscode from 'vscode';
import { ok, type Result } from '../base/result.ts';
import type { Environment, Target } from '../service/analysis-types.ts';
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
    const target = targetFor(document);
    return {
      language: language(),
      ...(target.ok ? { target: target.value } : { target: null, unknownTarget: namedFor(document) }),
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

/** The GPU the user named; null when none is named. The error is a sentence to show: a name nobody knows is not "not set". */
export function targetFor(document: vscode.Uri): Result<Target | null> {
  const named = namedFor(document);
  return named === '' ? ok(null) : parseTarget(named, language());
}

const namedFor = (document: vscode.Uri): string => readSetting('headroom.gpu', document).trim();
