// One short item: the peak of the config in front. The warning background only when it is over the GPU.

import * as vscode from 'vscode';
import type { CommandId } from '../manifest/commands.ts';
import { statusItem } from '../service/status-item.ts';
import type { ActiveConfig, ActiveConfigs } from './active-config.ts';
import { toCommand, toMarkdown } from './convert.ts';
import { targetFor } from './environments.ts';
import { guarded, type Log } from './log.ts';

const PICK_ANOTHER = { title: '', command: 'headroom.pickGpu' satisfies CommandId };

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
  const status = config?.inFront ? statusItem(config.analysis) : null;
  if (!config || !status) {
    item.hide();
    return;
  }
  const target = targetFor(config.document.uri);
  item.text = target.ok ? status.text : `${status.text} $(question)`;
  item.tooltip = target.ok ? toMarkdown(status.tooltip) : target.error;
  item.command = toCommand(target.ok ? status.command : PICK_ANOTHER);
  item.backgroundColor = status.warning ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  item.show();
}
