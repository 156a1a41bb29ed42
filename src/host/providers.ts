// Where VS Code asks about a document: hints, lens, hover, fixes. Each answer is one projection of the cached analysis.

import * as vscode from 'vscode';
import { codeLenses } from '../service/code-lens.ts';
import { codeActions } from '../service/diagnostics.ts';
import { hover } from '../service/hover.ts';
import { type HintKind, inlayHints } from '../service/inlay-hints.ts';
import type { Analyses } from './analyses.ts';
import { readSetting } from './configuration.ts';
import { fromPosition, fromRange, toCodeAction, toCodeLens, toHover, toInlayHint } from './convert.ts';
import { guarded, type Log } from './log.ts';

export function registerProviders(selector: vscode.DocumentSelector, analyses: Analyses, log: Log): vscode.Disposable {
  const refresh = new vscode.EventEmitter<void>();
  return vscode.Disposable.from(
    refresh,
    // After an edit VS Code asks by itself; it cannot know that settings, files or the allocator moved the answer.
    analyses.onDidChange(({ cause }) => {
      if (cause !== 'text') refresh.fire();
    }),
    vscode.languages.registerInlayHintsProvider(selector, {
      onDidChangeInlayHints: refresh.event,
      provideInlayHints: guarded(log, 'hints', (document, range) => hintsOf(document, range, analyses)),
    }),
    vscode.languages.registerCodeLensProvider(selector, {
      onDidChangeCodeLenses: refresh.event,
      provideCodeLenses: guarded(log, 'lens', (document) => lensesOf(document, analyses)),
    }),
    vscode.languages.registerHoverProvider(selector, {
      provideHover: guarded(log, 'hover', (document, at) => hoverOf(document, at, analyses)),
    }),
    vscode.languages.registerCodeActionsProvider(
      selector,
      { provideCodeActions: guarded(log, 'actions', (document, range) => actionsOf(document, range, analyses)) },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
  );
}

function hintsOf(document: vscode.TextDocument, range: vscode.Range, analyses: Analyses): vscode.InlayHint[] {
  if (!readSetting('headroom.hints.enabled', document.uri)) return [];
  const analysis = analyses.of(document);
  if (!analysis) return [];
  const isOn = (kind: HintKind): boolean => readSetting(`headroom.hints.${kind}`, document.uri);
  return inlayHints(analysis, isOn)
    .map(toInlayHint)
    .filter((hint) => range.contains(hint.position));
}

function lensesOf(document: vscode.TextDocument, analyses: Analyses): vscode.CodeLens[] {
  if (!readSetting('headroom.lens.enabled', document.uri)) return [];
  const analysis = analyses.of(document);
  return analysis ? codeLenses(analysis).map(toCodeLens) : [];
}

function hoverOf(document: vscode.TextDocument, at: vscode.Position, analyses: Analyses): vscode.Hover | undefined {
  const analysis = analyses.of(document);
  const answer = analysis && hover(analysis, fromPosition(at));
  return answer ? toHover(answer) : undefined;
}

function actionsOf(document: vscode.TextDocument, range: vscode.Range, analyses: Analyses): vscode.CodeAction[] {
  const analysis = analyses.of(document);
  return analysis ? codeActions(analysis, fromRange(range)).map((action) => toCodeAction(action, document.uri)) : [];
}
