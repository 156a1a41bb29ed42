// The worker as a process: what a parent sees of its work, its limits and each of its ends.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ProfilerWorker } from '../../src/profiler/client.node.ts';
import { twinOf } from '../../src/profiler/twin.ts';
import { buildProfilerWorker } from '../support/profiler-worker.ts';
import { root } from '../support/repository.ts';
import { smallRun } from './runs.ts';

const GENEROUS = { seconds: 60, bytes: 8e9 };
const folder = mkdtempSync(join(tmpdir(), 'headroom-worker-'));
let script = '';
beforeAll(async () => {
  script = await buildProfilerWorker();
});
afterAll(() => rmSync(folder, { recursive: true }));

const workerOf = (path: string): ProfilerWorker => new ProfilerWorker({ script: path, node: null, log: () => {} });

/** A worker that answers `load` and then does what a broken one might. */
function misbehaving(name: string, onMeasure: string): ProfilerWorker {
  const path = join(folder, `${name}.cjs`);
  const loaded = { kind: 'loaded', backend: { version: '0', library: null, usesGpu: null, node: '0' } };
  writeFileSync(
    path,
    `process.on('message', (m) => { if (m.kind === 'load') process.send(${JSON.stringify(loaded)}); else { ${onMeasure} } });`,
  );
  return workerOf(path);
}

async function ending(name: string, onMeasure: string, limits = GENEROUS) {
  const worker = misbehaving(name, onMeasure);
  await worker.load('cpu', root);
  return worker.measure([], 1, limits, () => {});
}

const smallJob = (sequence = 32) => {
  const { run, shape } = smallRun();
  const twin = twinOf(run).run;
  return { run: { ...twin, batch: { ...twin.batch, sequence } }, shape };
};

test('jobs are measured one after the other, with their progress', async () => {
  const worker = workerOf(script);
  const loaded = await worker.load('cpu', root);
  expect(loaded).toMatchObject({ kind: 'loaded', backend: { usesGpu: null, library: null } });
  const seen: string[] = [];
  const results = await worker.measure([smallJob(), smallJob(64)], 2, GENEROUS, (job, step) =>
    seen.push(`${job}.${step}`),
  );
  worker.close();
  expect(seen).toEqual(['0.0', '0.1', '1.0', '1.1']);
  if ('kind' in results) throw new Error(results.kind);
  expect(results).toHaveLength(2);
  expect(results[1]?.highest).toBeGreaterThan(results[0]?.highest ?? 0);
});

test('a package that is not there, or breaks on loading, is unavailable with its own words', async () => {
  const worker = workerOf(script);
  const answer = await worker.load('tfjs-node', folder);
  worker.close();
  expect(answer).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('@tensorflow/tfjs-node') });
});

test('a step is cancelled at once, in the middle of a computation', async () => {
  const worker = workerOf(script);
  await worker.load('cpu', root);
  const running = worker.measure([smallJob(4096)], 2, GENEROUS, () => {
    setTimeout(() => {
      cancelled = performance.now();
      worker.cancel();
    }, 300);
  });
  let cancelled = 0;
  expect(await running).toEqual({ kind: 'cancelled' });
  expect(performance.now() - cancelled).toBeLessThan(100);
});

test('each other end is a result', async () => {
  expect(await ending('crash', 'process.abort()')).toMatchObject({ kind: 'killed', signal: 'SIGABRT' });
  expect(await ending('exit', 'process.exit(3)')).toEqual({ kind: 'exited', code: 3 });
  expect(await ending('killed', "process.kill(process.pid, 'SIGKILL')")).toEqual({ kind: 'killed', signal: 'SIGKILL' });
  expect(await ending('hang', 'for (;;);', { seconds: 0.5, bytes: 8e9 })).toEqual({ kind: 'too-long', seconds: 0.5 });
  const oom = JSON.stringify({ kind: 'failed', reason: 'out-of-memory', message: 'OOM when allocating tensor' });
  expect(await ending('oom', `process.send(${oom})`)).toEqual({
    kind: 'out-of-memory',
    message: 'OOM when allocating tensor',
  });
  expect(await ending('nonsense', "process.send({ kind: 'measured', job: 'x' })")).toMatchObject({ kind: 'failed' });
});

test.skipIf(process.platform !== 'linux')('a worker that takes too much memory is stopped', async () => {
  const greedy = 'globalThis.kept = []; setInterval(() => kept.push(Buffer.alloc(64 << 20, 1)), 20);';
  expect(await ending('greedy', greedy, { seconds: 30, bytes: 4e8 })).toEqual({ kind: 'too-large', bytes: 4e8 });
});

test.skipIf(process.platform === 'win32')('a worker ends with its parent, even while it computes', async () => {
  const parent = join(folder, 'parent.cjs');
  const request = { kind: 'measure', steps: 2, jobs: [smallJob(4096)] };
  writeFileSync(
    parent,
    `const worker = require('node:child_process').fork(${JSON.stringify(script)});
     worker.on('message', (m) => {
       if (m.kind === 'loaded') worker.send(${JSON.stringify(request)});
       if (m.kind === 'progress') console.log(worker.pid);
     });
     worker.send({ kind: 'load', rung: 'cpu', folder: ${JSON.stringify(root)} });`,
  );
  const process_ = spawn(process.execPath, [parent], { stdio: ['ignore', 'pipe', 'ignore'] });
  const pid = await new Promise<number>((resolve) => process_.stdout.once('data', (text) => resolve(Number(text))));
  process_.kill('SIGKILL');
  const alive = (): boolean => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };
  const began = performance.now();
  while (alive() && performance.now() - began < 5000) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(alive()).toBe(false);
});
