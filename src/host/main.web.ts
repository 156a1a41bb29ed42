// Entry of the browser build (package.json `browser`): no Node, and no home folder.

import type * as vscode from 'vscode';
import { activate as start } from './extension.ts';

export function activate(context: vscode.ExtensionContext): void {
  start(context, { home: null });
}
