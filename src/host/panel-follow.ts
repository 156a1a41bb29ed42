// Between the panel and the editors: the panel shows the active training config, and a click in it goes to the key.

import * as vscode from 'vscode';
import type { Span } from '../yaml/source-doc.ts';
import type { ActiveConfig, ActiveConfigs } from './active-config.ts';
import { guarded, type Log } from './log.ts';
import { createBreakdownPanel } from './panel.ts';

export interface FollowingPanel extends vscode.Disposable {
  readonly show: () => void;
}

export function createFollowingPanel(extensionUri: vscode.Uri, active: ActiveConfigs, log: Log): FollowingPanel {
  const panel = createBreakdownPanel(extensionUri, {
    reveal: (span) => void reveal(active.current, span),
    setGpu: () => void vscode.commands.executeCommand('headroom.pickGpu'),
  });
  const update = guarded(log, 'panel', (config: ActiveConfig | null) => panel.update(config?.analysis ?? null));
  const following = vscode.Disposable.from(active.onDidChange(update), { dispose: () => panel.dispose() });
  return {
    show: () => {
      panel.show();
      update(active.current);
    },
    dispose: () => following.dispose(),
  };
}

async function reveal(config: ActiveConfig | null, span: Span): Promise<void> {
  if (!config) return;
  const { document } = config;
  const range = new vscode.Range(document.positionAt(span.start), document.positionAt(span.end));
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  const beside = shown?.viewColumn ?? vscode.ViewColumn.One;
  await vscode.window.showTextDocument(document, { viewColumn: beside, selection: range });
}
