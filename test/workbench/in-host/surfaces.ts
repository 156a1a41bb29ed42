// What the extension shows for a document, asked through the editor's own commands as another extension would.

import path from 'node:path';
import * as vscode from 'vscode';

const SETTLE_LIMIT_MS = 20_000;
const ASK_AGAIN_MS = 100;

export async function open(file: string): Promise<vscode.TextDocument> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (!folder) throw new Error('the tests need a workspace folder');
  const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, ...file.split('/')));
  await vscode.window.showTextDocument(document);
  return document;
}

export const pathOf = (document: vscode.TextDocument): string => path.normalize(document.uri.fsPath);

export async function hints(document: vscode.TextDocument): Promise<{ line: number; text: string; tooltip: string }[]> {
  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  const found = await vscode.commands.executeCommand<vscode.InlayHint[]>(
    'vscode.executeInlayHintProvider',
    document.uri,
    whole,
  );
  return found.map((hint) => ({
    line: hint.position.line,
    text: typeof hint.label === 'string' ? hint.label : hint.label.map((part) => part.value).join(''),
    tooltip: markdown(hint.tooltip),
  }));
}

/** Our lenses: in YAML no other extension of the bare editor gives any. */
export async function lenses(document: vscode.TextDocument): Promise<vscode.Command[]> {
  const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    document.uri,
    100,
  );
  return found.flatMap((lens) => (lens.command ? [lens.command] : []));
}

export async function lensText(document: vscode.TextDocument): Promise<string> {
  return (await lenses(document)).map((command) => command.title).join(' · ');
}

/** The hover on the first occurrence of `word`. */
export async function hover(document: vscode.TextDocument, word: string): Promise<string> {
  const position = document.positionAt(document.getText().indexOf(word) + 1);
  const found = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    position,
  );
  return found.flatMap((one) => one.contents.map(markdown)).join('\n');
}

export function diagnostics(document: vscode.TextDocument): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source?.toLowerCase() === 'headroom');
}

/** The stable code, as the command line prints it: an editor has its two parts side by side. */
export const codeOf = ({ source, code }: vscode.Diagnostic): string =>
  `${source}/${typeof code === 'object' ? code.value : code}`;

export async function codeActions(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.CodeAction[]> {
  return vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, range);
}

export async function set(key: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('headroom').update(key, value, vscode.ConfigurationTarget.Workspace);
}

/** Asks until the answer is right or stays wrong; what it was last is what the failure shows. */
export async function until<T>(ask: () => T | Promise<T>, right: (answer: T) => boolean): Promise<T> {
  const end = Date.now() + SETTLE_LIMIT_MS;
  for (;;) {
    const answer = await ask();
    if (right(answer)) return answer;
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(answer)} after ${SETTLE_LIMIT_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
}

function markdown(text: string | vscode.MarkdownString | vscode.MarkedString | undefined): string {
  if (text === undefined) return '';
  return typeof text === 'string' ? text : text.value;
}
