// Problems of open training configs. They are published when typing rests, so that a half-typed value is not blamed, and
// withdrawn at once when the document stops being a training config or is closed.

import * as vscode from 'vscode';
import { diagnostics } from '../service/diagnostics.ts';
import type { Analyses, AnalysisChange } from './analyses.ts';
import { readSetting } from './configuration.ts';
import { toDiagnostic } from './convert.ts';
import { guarded, type Log } from './log.ts';

export function createDiagnostics(analyses: Analyses, log: Log): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection('headroom');
  const publish = guarded(log, 'diagnostics', (document: vscode.TextDocument) => {
    collection.set(document.uri, problemsOf(document, analyses));
  });
  const follow = ({ document, cause }: AnalysisChange): void => {
    if (cause !== 'text' || !analyses.of(document)) publish(document);
  };
  for (const document of vscode.workspace.textDocuments) publish(document);
  return vscode.Disposable.from(
    collection,
    analyses.onDidChange(guarded(log, 'diagnostics', follow)),
    vscode.workspace.onDidCloseTextDocument((document) => collection.delete(document.uri)),
  );
}

function problemsOf(document: vscode.TextDocument, analyses: Analyses): vscode.Diagnostic[] {
  // The old side of a comparison is a document too; nobody can act on its problems.
  const readOnly = vscode.workspace.fs.isWritableFileSystem(document.uri.scheme) === false;
  if (readOnly || !readSetting('headroom.diagnostics.enabled', document.uri)) return [];
  const analysis = analyses.of(document);
  return analysis ? diagnostics(analysis).map(toDiagnostic) : [];
}
