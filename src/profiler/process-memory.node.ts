// What the system says about this process's memory. Linux alone tells, and lets the highest mark be taken anew.

import { readFileSync, writeFileSync } from 'node:fs';

export interface ProcessMemory {
  /** Anonymous pages: a library's own pages come and go. */
  readonly live: number;
  readonly highest: number;
}

export function processMemory(of: number | 'self' = 'self'): ProcessMemory | null {
  try {
    const status = readFileSync(`/proc/${of}/status`, 'utf8');
    const kib = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024;
    const file = kib('RssFile') + kib('RssShmem');
    return { live: kib('RssAnon'), highest: kib('VmHWM') - file };
  } catch {
    // Not Linux, or the process has ended.
    return null;
  }
}

export function forgetHighest(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Not Linux: there is no mark to take anew.
  }
}
