// From the service's LSP shapes to VS Code's classes. The two number their enums differently, so each enum has its table,
// typed by VS Code's members and tested over every member.
// Deliberately absent: decisions. Nothing is added, dropped or worded here.

import * as vscode from 'vscode';
import type * as lsp from 'vscode-languageserver-types';
import { COMMANDS } from '../manifest/commands.ts';

const toPosition = (at: lsp.Position): vscode.Position => new vscode.Position(at.line, at.character);

export const toRange = (range: lsp.Range): vscode.Range =>
  new vscode.Range(toPosition(range.start), toPosition(range.end));

export const fromPosition = (at: vscode.Position): lsp.Position => ({ line: at.line, character: at.character });

export const fromRange = (range: vscode.Range): lsp.Range => ({
  start: fromPosition(range.start),
  end: fromPosition(range.end),
});

function toCommand(command: lsp.Command): vscode.Command {
  const args = command.arguments ? { arguments: [...command.arguments] } : {};
  return { title: command.title, command: command.command, ...args };
}

/** Text of the user's file may be inside: only our own commands can be links, and HTML stays text. */
export function toMarkdown(content: string | lsp.MarkupContent): vscode.MarkdownString {
  const isMarkdown = typeof content !== 'string' && content.kind === 'markdown';
  const text = typeof content === 'string' ? content : content.value;
  const markdown = isMarkdown ? new vscode.MarkdownString(text) : new vscode.MarkdownString().appendText(text);
  markdown.isTrusted = { enabledCommands: Object.keys(COMMANDS) };
  markdown.supportHtml = false;
  return markdown;
}

const INLAY_HINT_KINDS: Readonly<Record<lsp.InlayHintKind, vscode.InlayHintKind>> = {
  1: vscode.InlayHintKind.Type,
  2: vscode.InlayHintKind.Parameter,
};

export function toInlayHint(hint: lsp.InlayHint): vscode.InlayHint {
  const label = typeof hint.label === 'string' ? hint.label : hint.label.map(toInlayHintPart);
  const kind = hint.kind === undefined ? undefined : INLAY_HINT_KINDS[hint.kind];
  const converted = new vscode.InlayHint(toPosition(hint.position), label, kind);
  if (hint.tooltip !== undefined) converted.tooltip = toMarkdown(hint.tooltip);
  if (hint.textEdits) converted.textEdits = hint.textEdits.map(toTextEdit);
  if (hint.paddingLeft !== undefined) converted.paddingLeft = hint.paddingLeft;
  if (hint.paddingRight !== undefined) converted.paddingRight = hint.paddingRight;
  return converted;
}

function toInlayHintPart(part: lsp.InlayHintLabelPart): vscode.InlayHintLabelPart {
  const converted = new vscode.InlayHintLabelPart(part.value);
  if (part.tooltip !== undefined) converted.tooltip = toMarkdown(part.tooltip);
  if (part.command) converted.command = toCommand(part.command);
  return converted;
}

export function toCodeLens(lens: lsp.CodeLens): vscode.CodeLens {
  return new vscode.CodeLens(toRange(lens.range), lens.command && toCommand(lens.command));
}

export function toHover(hover: lsp.Hover): vscode.Hover {
  return new vscode.Hover(toHoverContents(hover.contents), hover.range && toRange(hover.range));
}

function toHoverContents(contents: lsp.Hover['contents']): vscode.MarkdownString[] {
  const parts = Array.isArray(contents) ? contents : [contents];
  return parts.map((part) => {
    if (typeof part === 'string') return toMarkdown({ kind: 'markdown', value: part });
    return 'language' in part
      ? new vscode.MarkdownString().appendCodeblock(part.value, part.language)
      : toMarkdown(part);
  });
}

const SEVERITIES: Readonly<Record<lsp.DiagnosticSeverity, vscode.DiagnosticSeverity>> = {
  1: vscode.DiagnosticSeverity.Error,
  2: vscode.DiagnosticSeverity.Warning,
  3: vscode.DiagnosticSeverity.Information,
  4: vscode.DiagnosticSeverity.Hint,
};

const DIAGNOSTIC_TAGS: Readonly<Record<lsp.DiagnosticTag, vscode.DiagnosticTag>> = {
  1: vscode.DiagnosticTag.Unnecessary,
  2: vscode.DiagnosticTag.Deprecated,
};

export function toDiagnostic(diagnostic: lsp.Diagnostic): vscode.Diagnostic {
  const severity = SEVERITIES[diagnostic.severity ?? 1];
  const converted = new vscode.Diagnostic(toRange(diagnostic.range), textOf(diagnostic.message), severity);
  const code = toDiagnosticCode(diagnostic);
  if (code !== undefined) converted.code = code;
  if (diagnostic.source !== undefined) converted.source = diagnostic.source;
  if (diagnostic.tags) converted.tags = diagnostic.tags.map((tag) => DIAGNOSTIC_TAGS[tag]);
  if (diagnostic.relatedInformation) converted.relatedInformation = diagnostic.relatedInformation.map(toRelated);
  return converted;
}

/** LSP 3.18 allows markup in messages; VS Code's problems are plain text. */
const textOf = (message: string | lsp.MarkupContent): string => (typeof message === 'string' ? message : message.value);

function toDiagnosticCode(diagnostic: lsp.Diagnostic): vscode.Diagnostic['code'] {
  const { code, codeDescription } = diagnostic;
  if (code === undefined || !codeDescription) return code;
  return { value: code, target: vscode.Uri.parse(codeDescription.href) };
}

function toRelated(related: lsp.DiagnosticRelatedInformation): vscode.DiagnosticRelatedInformation {
  const location = new vscode.Location(vscode.Uri.parse(related.location.uri), toRange(related.location.range));
  return new vscode.DiagnosticRelatedInformation(location, related.message);
}

const toTextEdit = (edit: lsp.TextEdit): vscode.TextEdit => new vscode.TextEdit(toRange(edit.range), edit.newText);

/** LSP's code action kinds and VS Code's are the same dotted words: `quickfix`, `refactor.rewrite`. */
export const toCodeActionKind = (kind: lsp.CodeActionKind): vscode.CodeActionKind =>
  kind.split('.').reduce((parent, word) => (word ? parent.append(word) : parent), vscode.CodeActionKind.Empty);

/** The service knows one document and no URIs: whatever name its edits stand under, they are of that document. */
export function toCodeAction(action: lsp.CodeAction, document: vscode.Uri): vscode.CodeAction {
  const kind = action.kind === undefined ? undefined : toCodeActionKind(action.kind);
  const converted = new vscode.CodeAction(action.title, kind);
  if (action.edit) converted.edit = toWorkspaceEdit(action.edit, document);
  if (action.command) converted.command = toCommand(action.command);
  if (action.diagnostics) converted.diagnostics = action.diagnostics.map(toDiagnostic);
  if (action.isPreferred !== undefined) converted.isPreferred = action.isPreferred;
  if (action.disabled) converted.disabled = action.disabled;
  return converted;
}

function toWorkspaceEdit(edit: lsp.WorkspaceEdit, document: vscode.Uri): vscode.WorkspaceEdit {
  const converted = new vscode.WorkspaceEdit();
  converted.set(
    document,
    Object.values(edit.changes ?? {})
      .flat()
      .map(toTextEdit),
  );
  return converted;
}
