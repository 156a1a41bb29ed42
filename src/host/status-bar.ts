// One short item: the peak of the config in front. The warning background only when it is over the GPU.

import * as vscode from 'vscode';
import type { CommandId } from '../manifest/commands.ts';
import { status } from '../service/status.ts';
import type { ActiveConfig, ActiveConfigs } from './active-config.ts';
import { toMarkdown } from './convert.ts';
import { targetFor } from './environments.ts';
import { guarded, type Log } from './log.ts';

const ICON = '$(dashboard)';
const OPEN_PANEL: CommandId = 'headroom.showPanel';
const PICK_ANOTHER: CommandId = 'headroom.pickGpu';

/** Right side, left of the cursor position (VS Code's own items there have priorities around 100). */
const PRIORITY = 101;

export function createStatusBar(active: ActiveConfigs, log: Log): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('headroom.peak', vscode.StatusBarAlignment.Right, PRIORITY);
  item.name = 'Headroom';
  const show = guarded(log, 'status', (config: ActiveConfig | null) => draw(item, config));
  show(active.current);
  return vscode.Disposable.from(item, active.onDidChange(show));
}

function draw(item: vscode.StatusBarItem, config: ActiveConfig | null): void {
  const shown = config?.inFront ? status(config.analysis) : null;
  if (!config || !shown) {
    item.hide();
    return;
  }
  const target = targetFor(config.document.uri);
  item.text = target.ok ? `${ICON} ${shown.text}` : `${ICON} ${shown.text} $(question)`;
  item.tooltip = target.ok ? toMarkdown({ kind: 'markdown', value: shown.tooltip }) : target.error;
  item.accessibilityInformation = { label: `${item.name}: ${shown.text}` };
  item.command = target.ok ? OPEN_PANEL : PICK_ANOTHER;
  item.backgroundColor = shown.over ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  item.show();
}
