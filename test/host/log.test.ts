// The one way in which an entry fails: a line in the log under a stable code, and nothing returned.

import { describe, expect, it } from 'vitest';
import { guarded, guardedLater, type Log } from '../../src/host/log.ts';

function setUp() {
  const lines: string[] = [];
  const log: Log = {
    trace() {},
    info() {},
    warn() {},
    error: (error) => void lines.push(String(error).split('\n')[0] ?? ''),
  };
  return { lines, log };
}
const broken = (): never => {
  throw new TypeError('x is not a function');
};

describe('guarded', () => {
  it('passes arguments and results through', () => {
    const { lines, log } = setUp();
    expect(guarded(log, 'hover', (a: number, b: number) => a + b)(1, 2)).toBe(3);
    expect(lines).toEqual([]);
  });

  it('logs a bug under its code and returns nothing', () => {
    const { lines, log } = setUp();
    expect(guarded(log, 'hover', broken)()).toBeUndefined();
    expect(lines).toEqual(['headroom/hover: TypeError: x is not a function']);
  });

  it('does the same for work that ends later, whether it throws or rejects', async () => {
    const { lines, log } = setUp();
    expect(await guardedLater(log, 'files', async () => 7)()).toBe(7);
    expect(await guardedLater(log, 'files', async () => broken())()).toBeUndefined();
    expect(await guardedLater(log, 'command', () => Promise.reject('no'))()).toBeUndefined();
    expect(lines).toEqual(['headroom/files: TypeError: x is not a function', 'headroom/command: no']);
  });
});
