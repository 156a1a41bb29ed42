// The parts of `vscode` that the host's pure files touch, for tests outside an editor (vitest aliases `vscode` to this).
// Values and enums only; whatever needs a real editor is tested in a real editor (test/workbench).
// Its enums are checked against @types/vscode (test/host/fake-vscode.test.ts), so the tests cannot agree on a wrong number.

import { type ConfigurationTarget, FileType, QuickPickItemKind, Uri } from './fake-vscode-shapes.ts';

export * from './fake-vscode-shapes.ts';

export class Disposable {
  constructor(readonly dispose: () => void) {}
  static from(...all: readonly { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const one of all) one.dispose();
    });
  }
}

export class EventEmitter<T> {
  readonly #listeners = new Set<(event: T) => void>();
  readonly event = (listener: (event: T) => void): Disposable => {
    this.#listeners.add(listener);
    return new Disposable(() => this.#listeners.delete(listener));
  };
  fire(event: T): void {
    for (const listener of this.#listeners) listener(event);
  }
  dispose(): void {
    this.#listeners.clear();
  }
}

export class RelativePattern {
  constructor(
    readonly base: Uri,
    readonly pattern: string,
  ) {}
}

/** What a test puts in place of the editor's state; `resetEditor` starts it afresh. */
export interface FakeEditor {
  /** What the user does in the quick picks that come up, one after the other. */
  activeTextEditor: { readonly document: unknown } | undefined;
  readonly executed: (readonly unknown[])[];
  picks: Pick[];
  readonly written: { readonly id: string; readonly value: unknown; readonly target: ConfigurationTarget }[];
  settings: Map<string, unknown>;
  files: Map<string, string>;
  folders: Uri[];
  isTrusted: boolean;
  textDocuments: FakeDocument[];
  readonly reads: string[];
  readonly watched: Set<string>;
}
/**
 * Types a text (if any) and takes the first item whose label begins with `take`; null leaves by Escape. `hasty`: Enter comes
 * before the items that answer the text, while an older one is active.
 */
export type Pick = { readonly type?: string; readonly take: string; readonly hasty?: boolean } | null;
export interface FakeDocument {
  readonly uri: Uri;
  getText(): string;
}

export const editor: FakeEditor = freshEditor();
const opened = new EventEmitter<FakeDocument>();
const changed = new EventEmitter<{ readonly document: FakeDocument }>();
const closed = new EventEmitter<FakeDocument>();
const trusted = new EventEmitter<void>();
const configured = new EventEmitter<{ affectsConfiguration(section: string): boolean }>();
const activated = new EventEmitter<void>();
/** The watchers' emitter: fire a URI's text to say that the file changed. */
const touched = new EventEmitter<string>();
export const events = { activated, opened, changed, closed, trusted, configured, touched };

function freshEditor(): FakeEditor {
  return {
    activeTextEditor: undefined,
    executed: [],
    picks: [],
    written: [],
    settings: new Map(),
    files: new Map(),
    folders: [],
    isTrusted: true,
    textDocuments: [],
    reads: [],
    watched: new Set(),
  };
}
export function resetEditor(): void {
  Object.assign(editor, freshEditor());
  for (const event of Object.values(events)) event.dispose();
}

interface Item {
  readonly label: string;
  readonly kind?: number;
}
function taken<T extends Item>(pick: Pick | undefined, items: readonly T[]): T | undefined {
  if (pick === undefined) throw new Error(`nobody expected to be asked: ${items.map((item) => item.label).join(', ')}`);
  if (pick === null) return undefined;
  const item = items.find(({ label, kind }) => kind !== QuickPickItemKind.Separator && label.startsWith(pick.take));
  if (!item) throw new Error(`no ${pick.take} among ${items.map(({ label }) => label).join(', ')}`);
  return item;
}

class FakeQuickPick<T extends Item> {
  readonly #typed = new EventEmitter<string>();
  readonly #accepted = new EventEmitter<void>();
  readonly #hidden = new EventEmitter<void>();
  readonly onDidChangeValue = this.#typed.event;
  readonly onDidAccept = this.#accepted.event;
  readonly onDidHide = this.#hidden.event;
  value = '';
  items: readonly T[] = [];
  selectedItems: readonly T[] = [];
  show(): void {
    const pick = editor.picks.shift();
    const before = this.items;
    this.value = pick?.type ?? '';
    if (pick?.type !== undefined) this.#typed.fire(pick.type);
    const item = taken(pick, pick?.hasty ? before : this.items);
    this.selectedItems = item ? [item] : [];
    if (item) this.#accepted.fire();
    else this.#hidden.fire();
  }
  hide(): void {
    this.#hidden.fire();
  }
  dispose(): void {}
}

export const commands = {
  executeCommand: async (...call: readonly unknown[]) => {
    editor.executed.push(call);
  },
};

export const window = {
  get activeTextEditor() {
    return editor.activeTextEditor;
  },
  onDidChangeActiveTextEditor: activated.event,
  createQuickPick: <T extends Item>() => new FakeQuickPick<T>(),
  showQuickPick: async <T extends Item>(items: readonly T[]) => taken(editor.picks.shift(), items),
};

export const env = { language: 'en' };

export const workspace = {
  get isTrusted() {
    return editor.isTrusted;
  },
  get textDocuments() {
    return editor.textDocuments;
  },
  get workspaceFolders() {
    return editor.folders.length > 0 ? editor.folders.map((uri) => ({ uri })) : undefined;
  },
  onDidOpenTextDocument: opened.event,
  onDidChangeTextDocument: changed.event,
  onDidCloseTextDocument: closed.event,
  onDidGrantWorkspaceTrust: trusted.event,
  onDidChangeConfiguration: configured.event,
  getWorkspaceFolder: (uri: Uri) => {
    const folder = editor.folders.find((one) => uri.toString().startsWith(`${one.toString()}/`));
    return folder && { uri: folder };
  },
  getConfiguration: () => ({
    get: (id: string) => editor.settings.get(id),
    update: async (id: string, value: unknown, target: ConfigurationTarget) => {
      editor.written.push({ id, value, target });
    },
  }),
  createFileSystemWatcher: (pattern: RelativePattern) => {
    const watched = Uri.joinPath(pattern.base, pattern.pattern).toString();
    editor.watched.add(watched);
    const on = (listener: () => void): Disposable =>
      touched.event((uri) => {
        if (uri === watched) listener();
      });
    return { onDidCreate: on, onDidChange: on, onDidDelete: on, dispose: () => editor.watched.delete(watched) };
  },
  fs: {
    stat: async (uri: Uri) => {
      const text = editor.files.get(uri.toString());
      if (text === undefined) throw new Error(`no such file: ${uri.toString()}`);
      return { type: FileType.File, size: new TextEncoder().encode(text).length };
    },
    readFile: async (uri: Uri) => {
      editor.reads.push(uri.toString());
      return new TextEncoder().encode(editor.files.get(uri.toString()) ?? '');
    },
  },
};
