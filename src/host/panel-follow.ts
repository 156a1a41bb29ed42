// Between the panel and the editors: the panel shows the active training config, and a click in it goes to the key.

import * as vscode from 'vscode';
import type { CommandId } from '../manifest/commands.ts';
import { breakdown } from '../service/breakdown.ts';
import type { Span } from '../yaml/source-doc.ts';
import type { ActiveConfig, ActiveConfigs } from './active-config.ts';
import { guarded, guardedLater, type Log } from './log.ts';
import { createBreakdownPanel } from './panel.ts';

export interface FollowingPanel extends vscode.Disposable {
  readonly show: () => void;
}

const PICK_GPU: CommandId = 'headroom.pickGpu';

export function createFollowingPanel(extensionUri: vscode.Uri, active: ActiveConfigs, log: Log): FollowingPanel {
  const goTo = guardedLater(log, 'panel', reveal);
  const panel = createBreakdownPanel(extensionUri, {
    reveal: (span) => void goTo(active.current, span),
    pickGpu: () => void vscode.commands.executeCommand(PICK_GPU),
    log: (message) => log.warn(message),
  });
  const shown = (config: ActiveConfig | null) => (config ? breakdown(config.analysis) : null);
  const update = guarded(log, 'panel', (config: ActiveConfig | null) => panel.update(shown(config)));
  const following = active.onDidChange(update);
  return {
    show: () => panel.show(shown(active.current)),
    dispose: () => {
      following.dispose();
      panel.dispose();
    },
  };
}

async function reveal(config: ActiveConfig | null, span: Span): Promise<void> {
  if (!config) return;
  const { document } = config;
  const selection = new vscode.Range(document.positionAt(span.start), document.positionAt(span.end));
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  await vscode.window.showTextDocument(document, { viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One, selection });
}
