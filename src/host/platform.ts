// What the two builds of the extension do not share. Everything else goes through the `vscode` API, which is the same
// on a desktop, on a remote machine and in a browser.

import type * as vscode from 'vscode';

export interface Platform {
  /** What `~` stands for in a path of a config; null where there is no home folder. */
  readonly home: vscode.Uri | null;
}
