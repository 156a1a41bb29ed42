// Entry of the desktop and remote build (package.json `main`).

import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { activate as start } from './extension.ts';

export function activate(context: vscode.ExtensionContext): void {
  start(context, { home: vscode.Uri.file(homedir()) });
}
