// The files that configs name (a local model's config.json), kept in memory so that reading a config stays instant.
// A file is looked for when a config wants it, and again when it, an editor on it, trust or the policy changes.
// Deliberately absent: what the files mean. Dialects and the catalogue read them.

import * as vscode from 'vscode';
import { guardedLater, type Log } from './log.ts';
import { candidates, mayRead, type ReadingPolicy } from './model-paths.ts';

/** A config.json has a few KiB; anything this large is something else. */
const MAX_BYTES = 1024 * 1024;
/** No real config names more files; a broken one must not make us watch hundreds. */
const MAX_FILES_PER_CONFIG = 16;

/** Content; null: there is no such file; undefined: not looked at (yet, or not allowed to). */
export type FileContent = string | null | undefined;

interface Wanted {
  readonly path: string;
  readonly places: readonly vscode.Uri[];
  readonly watching: vscode.Disposable;
  content: FileContent;
  /** Counts the looks, so that a slow old one cannot overwrite a newer one. */
  looks: number;
}

export interface ModelFilesContext {
  readonly log: Log;
  readonly home: vscode.Uri | null;
  readonly policy: (config: vscode.Uri) => ReadingPolicy;
}

export class ModelFiles implements vscode.Disposable {
  readonly #context: ModelFilesContext;
  readonly #wanted = new Map<string, Map<string, Wanted>>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listening: vscode.Disposable;
  /** Fires after a look changed what `content` answers. */
  readonly onDidChange = this.#changed.event;

  constructor(context: ModelFilesContext) {
    this.#context = context;
    this.#listening = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument((change) => this.#lookAgainAt(change.document.uri)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#closed(document.uri)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.lookAgain()),
    );
  }

  content(config: vscode.Uri, path: string): FileContent {
    return this.#wanted.get(config.toString())?.get(path)?.content;
  }

  /** Says which files a config wants now; those it no longer wants are forgotten. */
  want(config: vscode.Uri, paths: readonly string[]): void {
    const key = config.toString();
    const before = this.#wanted.get(key) ?? new Map<string, Wanted>();
    const now = new Map<string, Wanted>();
    for (const path of new Set(paths.slice(0, MAX_FILES_PER_CONFIG))) {
      now.set(path, before.get(path) ?? this.#start(config, path));
    }
    for (const [path, wanted] of before) if (!now.has(path)) wanted.watching.dispose();
    if (now.size > 0) this.#wanted.set(key, now);
    else this.#wanted.delete(key);
  }

  /** The policy or the trust changed: everything that is wanted is looked at afresh. */
  lookAgain(): void {
    for (const [config, wanted] of this.#wanted) {
      for (const one of wanted.values()) void this.#look(vscode.Uri.parse(config), one);
    }
  }

  dispose(): void {
    for (const wanted of this.#wanted.values()) for (const one of wanted.values()) one.watching.dispose();
    this.#wanted.clear();
    this.#listening.dispose();
    this.#changed.dispose();
  }

  #start(config: vscode.Uri, path: string): Wanted {
    const places = candidates(path, config, this.#context.home);
    const watchers = places.map((place) => this.#watch(place));
    const wanted: Wanted = {
      path,
      places,
      watching: vscode.Disposable.from(...watchers),
      content: undefined,
      looks: 0,
    };
    void this.#look(config, wanted);
    return wanted;
  }

  #watch(place: vscode.Uri): vscode.Disposable {
    const name = place.path.slice(place.path.lastIndexOf('/') + 1);
    const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(place, '..'), name);
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const again = (): void => this.#lookAgainAt(place);
    return vscode.Disposable.from(
      watcher,
      watcher.onDidCreate(again),
      watcher.onDidChange(again),
      watcher.onDidDelete(again),
    );
  }

  #lookAgainAt(place: vscode.Uri): void {
    const key = place.toString();
    for (const [config, wanted] of this.#wanted) {
      for (const one of wanted.values()) {
        if (one.places.some((uri) => uri.toString() === key)) void this.#look(vscode.Uri.parse(config), one);
      }
    }
  }

  #closed(uri: vscode.Uri): void {
    this.want(uri, []);
    // Closing an editor throws its unsaved text away: the file speaks again.
    this.#lookAgainAt(uri);
  }

  #look(config: vscode.Uri, wanted: Wanted): Promise<void> {
    return guardedLater(this.#context.log, 'files', async () => {
      wanted.looks += 1;
      const look = wanted.looks;
      const allowed = wanted.places.filter((place) => mayRead(place, this.#context.policy(config)));
      const content = allowed.length > 0 ? await this.#readFirst(allowed) : undefined;
      if (look !== wanted.looks || content === wanted.content) return;
      wanted.content = content;
      this.#changed.fire();
    })();
  }

  async #readFirst(places: readonly vscode.Uri[]): Promise<string | null> {
    for (const place of places) {
      const text = await this.#read(place);
      if (text !== null) return text;
    }
    return null;
  }

  async #read(place: vscode.Uri): Promise<string | null> {
    const key = place.toString();
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === key);
    if (open) return open.getText();
    const size = await sizeOf(place);
    if (size === null) return null;
    if (size > MAX_BYTES) {
      this.#context.log.warn(`${key} is not read: ${size} bytes`);
      return null;
    }
    this.#context.log.trace(`reading ${key}`);
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(place));
  }
}

async function sizeOf(place: vscode.Uri): Promise<number | null> {
  try {
    const stat = await vscode.workspace.fs.stat(place);
    return (stat.type & vscode.FileType.File) === 0 ? null : stat.size;
  } catch {
    // Every file system of VS Code says "not found" by throwing; the reason does not matter here.
    return null;
  }
}
