// Where a path written in a config may point, and which of those places may be read. Pure over URIs.
// Deliberately absent: `fsPath`. A folder may be on another machine, so a path is only ever part of a URI.

import * as vscode from 'vscode';
import type { SettingValues } from '../manifest/settings.ts';

export type ReadingPolicy = SettingValues['headroom.modelFiles'];

/** The places a path may mean, most likely first: beside the config, then in the folder the command is run from. */
export function candidates(path: string, config: vscode.Uri, home: vscode.Uri | null): readonly vscode.Uri[] {
  const folder = workspaceFolderOf(config);
  const beside = config.scheme === 'untitled' ? null : vscode.Uri.joinPath(config, '..');
  const root = folder ?? beside;
  if (path === '' || root === null) return [];
  if (path.startsWith('~/')) return home ? [vscode.Uri.joinPath(home, path.slice(2))] : [];
  const absolute = absolutePath(path);
  if (absolute !== null) return [root.with({ path: absolute })];
  return distinct([beside, folder].flatMap((base) => (base ? [vscode.Uri.joinPath(base, path)] : [])));
}

/** Inside the workspace unless forbidden; elsewhere only where the user trusts the workspace. */
export function mayRead(uri: vscode.Uri, policy: ReadingPolicy): boolean {
  if (policy === 'never') return false;
  if (vscode.workspace.getWorkspaceFolder(uri)) return true;
  return policy === 'anywhere' && vscode.workspace.isTrusted;
}

function workspaceFolderOf(config: vscode.Uri): vscode.Uri | null {
  const own = vscode.workspace.getWorkspaceFolder(config);
  // An unsaved document belongs to no folder; it will most likely be saved in the first one.
  const folder = own ?? (config.scheme === 'untitled' ? vscode.workspace.workspaceFolders?.[0] : undefined);
  return folder?.uri ?? null;
}

/** `/models/x` and `C:\models\x` as the path of a URI; null for a relative path. */
function absolutePath(path: string): string | null {
  if (path.startsWith('/')) return path;
  return /^[a-z]:[\\/]/i.test(path) ? `/${path.replaceAll('\\', '/')}` : null;
}

function distinct(uris: readonly vscode.Uri[]): readonly vscode.Uri[] {
  return [...new Map(uris.map((uri) => [uri.toString(), uri])).values()];
}
