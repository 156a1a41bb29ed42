// The commands of the manifest and what each does. Somebody asked, so a failure is said, not only logged.

import * as vscode from 'vscode';
import type { CommandId } from '../manifest/commands.ts';
import { readSetting, writeSetting } from './configuration.ts';
import { pickGpu } from './gpu-picker.ts';
import { guardedLater, type Log } from './log.ts';
import { say } from './words.ts';

export interface CommandContext {
  readonly log: Log;
  readonly showLog: () => void;
  readonly showPanel: () => void;
  /** The document that settings are asked and written for. */
  readonly scope: () => vscode.Uri | undefined;
}

/** Complete by type: a command that is contributed and not handled here does not compile. */
type Handlers = { readonly [K in CommandId]: () => void | Promise<void> };

const handlersOf = (context: CommandContext): Handlers => ({
  'headroom.showPanel': context.showPanel,
  'headroom.profile': () => offerEstimate(context.showPanel),
  'headroom.pickGpu': () => pickGpu(context.scope()),
  'headroom.toggleHints': () => toggleHints(context.scope()),
  'headroom.showLog': context.showLog,
});

export function registerCommands(context: CommandContext): vscode.Disposable {
  const registrations = Object.entries(handlersOf(context)).map(([id, handler]) =>
    vscode.commands.registerCommand(
      id,
      guardedLater(context.log, 'command', () => told(handler, context)),
    ),
  );
  return vscode.Disposable.from(...registrations);
}

/** Runs a handler; its failure is shown to the user and passed on to the log. */
async function told(handler: () => void | Promise<void>, context: CommandContext): Promise<void> {
  try {
    await handler();
  } catch (error) {
    void offerLog(context);
    throw error;
  }
}

async function offerLog(context: CommandContext): Promise<void> {
  const answer = await vscode.window.showErrorMessage(say('commandFailed'), say('showLog'));
  if (answer) context.showLog();
}

async function offerEstimate(showPanel: () => void): Promise<void> {
  const answer = await vscode.window.showInformationMessage(say('profileLater'), say('openEstimate'));
  if (answer) showPanel();
}

/** Where the hints were switched last is where they are switched back; else for the user. */
async function toggleHints(scope: vscode.Uri | undefined): Promise<void> {
  const id = 'headroom.hints.enabled';
  const set = vscode.workspace.getConfiguration(undefined, scope).inspect(id);
  const target =
    set?.workspaceFolderValue !== undefined
      ? vscode.ConfigurationTarget.WorkspaceFolder
      : set?.workspaceValue !== undefined
        ? vscode.ConfigurationTarget.Workspace
        : vscode.ConfigurationTarget.Global;
  await writeSetting(id, !readSetting(id, scope), target, scope);
}
