// Values and enums of the fake `vscode`: plain holders of what they were given, and numbers as declared.

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
