// The log, and the one way in which an entry of the host fails: written down under a stable code, nothing returned.
// Deliberately absent: notifications. They belong to commands, where somebody asked for something.

import * as vscode from 'vscode';

/** What the host needs of a LogOutputChannel. */
export type Log = Pick<vscode.LogOutputChannel, 'trace' | 'info' | 'warn' | 'error'>;

/** A place where VS Code calls us. The code is what a bug report quotes. */
export type EntryCode =
  | 'hints'
  | 'lens'
  | 'hover'
  | 'actions'
  | 'diagnostics'
  | 'active'
  | 'status'
  | 'panel'
  | 'command'
  | 'settle'
  | 'files';

export function createLog(): vscode.LogOutputChannel {
  return vscode.window.createOutputChannel('Headroom', { log: true });
}

/** Wraps an entry: a bug inside it is logged, and the editor gets nothing instead of an error in its face. */
export function guarded<A extends readonly unknown[], R>(
  log: Log,
  code: EntryCode,
  entry: (...args: A) => R,
): (...args: A) => R | undefined {
  return (...args) => {
    try {
      return entry(...args);
    } catch (error) {
      report(log, code, error);
      return undefined;
    }
  };
}

/** The same for work that ends later; the promise it returns never rejects. */
export function guardedLater<A extends readonly unknown[], R>(
  log: Log,
  code: EntryCode,
  entry: (...args: A) => Promise<R>,
): (...args: A) => Promise<R | undefined> {
  return async (...args) => {
    try {
      return await entry(...args);
    } catch (error) {
      report(log, code, error);
      return undefined;
    }
  };
}

function report(log: Log, code: EntryCode, error: unknown): void {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log.error(`headroom/${code}: ${what}`);
}
