// The parts of `vscode` that the host's pure files touch, for tests outside an editor (vitest aliases `vscode` to this).
// Values and enums only; whatever needs a real editor is tested in a real editor (test/workbench).
// Its enums are checked against @types/vscode (test/host/fake-vscode.test.ts), so the tests cannot agree on a wrong number.

export enum DiagnosticSeverity {
  Error = 0,
  Warning = 1,
  Information = 2,
  Hint = 3,
}
export enum DiagnosticTag {
  Unnecessary = 1,
  Deprecated = 2,
}
export enum InlayHintKind {
  Type = 1,
  Parameter = 2,
}
export enum FileType {
  Unknown = 0,
  File = 1,
  Directory = 2,
  SymbolicLink = 64,
}

export enum ConfigurationTarget {
  Global = 1,
  Workspace = 2,
  WorkspaceFolder = 3,
}

export enum QuickPickItemKind {
  Separator = -1,
  Default = 0,
}

export class ThemeIcon {
  constructor(readonly id: string) {}
}
export class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
}
export class Range {
  constructor(
    readonly start: Position,
    readonly end: Position,
  ) {}
}
export class TextEdit {
  constructor(
    readonly range: Range,
    readonly newText: string,
  ) {}
}
export class Location {
  constructor(
    readonly uri: Uri,
    readonly range: Range,
  ) {}
}
export class DiagnosticRelatedInformation {
  constructor(
    readonly location: Location,
    readonly message: string,
  ) {}
}
export class Diagnostic {
  code: unknown;
  source: string | undefined;
  tags: DiagnosticTag[] | undefined;
  relatedInformation: DiagnosticRelatedInformation[] | undefined;
  constructor(
    readonly range: Range,
    readonly message: string,
    readonly severity: DiagnosticSeverity,
  ) {}
}
export class InlayHintLabelPart {
  tooltip: unknown;
  command: unknown;
  constructor(readonly value: string) {}
}
export class InlayHint {
  tooltip: unknown;
  textEdits: TextEdit[] | undefined;
  paddingLeft: boolean | undefined;
  paddingRight: boolean | undefined;
  constructor(
    readonly position: Position,
    readonly label: string | InlayHintLabelPart[],
    readonly kind?: InlayHintKind,
  ) {}
}
export class CodeLens {
  constructor(
    readonly range: Range,
    readonly command?: unknown,
  ) {}
}
export class Hover {
  constructor(
    readonly contents: MarkdownString[],
    readonly range?: Range,
  ) {}
}
export class MarkdownString {
  isTrusted: unknown;
  supportHtml = false;
  constructor(public value = '') {}
  /** Escapes as VS Code does: text that comes from a file must not become markup. */
  appendText(text: string): this {
    this.value += text.replace(/[\\`*_{}[\]()#+\-!~]/g, '\\$&').replace(/\n/g, '\n\n');
    return this;
  }
  appendCodeblock(code: string, language: string): this {
    this.value += `\n\`\`\`${language}\n${code}\n\`\`\`\n`;
    return this;
  }
}
export class CodeActionKind {
  static readonly Empty = new CodeActionKind('');
  private constructor(readonly value: string) {}
  append(part: string): CodeActionKind {
    return new CodeActionKind(this.value === '' ? part : `${this.value}.${part}`);
  }
}
export class CodeAction {
  diagnostics: Diagnostic[] | undefined;
  edit: WorkspaceEdit | undefined;
  command: unknown;
  isPreferred: boolean | undefined;
  disabled: unknown;
  constructor(
    readonly title: string,
    readonly kind?: CodeActionKind,
  ) {}
}
export class WorkspaceEdit {
  readonly edits = new Map<string, readonly TextEdit[]>();
  set(uri: Uri, edits: readonly TextEdit[]): void {
    this.edits.set(uri.toString(), edits);
  }
}

export class Uri {
  private constructor(
    readonly scheme: string,
    readonly authority: string,
    readonly path: string,
  ) {}
  static parse(text: string): Uri {
    const match = /^([a-z][\w+.-]*):(?:\/\/([^/]*))?(.*)$/i.exec(text);
    return match ? new Uri(match[1] ?? '', match[2] ?? '', match[3] ?? '') : Uri.file(text);
  }
  static file(path: string): Uri {
    return new Uri('file', '', path);
  }
  static joinPath(base: Uri, ...parts: string[]): Uri {
    return base.with({
      path: new URL([base.path, ...parts].join('/').replace(/\/+/g, '/'), 'x://h').pathname.replace(/(.)\/$/, '$1'),
    });
  }
  with(change: { readonly path: string }): Uri {
    return new Uri(this.scheme, this.authority, change.path);
  }
  toString(): string {
    return this.scheme === 'untitled' ? `untitled:${this.path}` : `${this.scheme}://${this.authority}${this.path}`;
  }
}

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
/** Types a text (if any) and takes the first item whose label begins with `take`; null leaves by Escape. */
export type Pick = { readonly type?: string; readonly take: string } | null;
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
/** The watchers' emitter: fire a URI's text to say that the file changed. */
const touched = new EventEmitter<string>();
export const events = { opened, changed, closed, trusted, configured, touched };

function freshEditor(): FakeEditor {
  return {
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
  items: readonly T[] = [];
  selectedItems: readonly T[] = [];
  show(): void {
    const pick = editor.picks.shift();
    if (pick?.type !== undefined) this.#typed.fire(pick.type);
    const item = taken(pick, this.items);
    this.selectedItems = item ? [item] : [];
    if (item) this.#accepted.fire();
    else this.#hidden.fire();
  }
  hide(): void {
    this.#hidden.fire();
  }
  dispose(): void {}
}

export const window = {
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
