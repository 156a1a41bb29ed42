// The process that computes: loads one backend, runs the jobs it is given, says what each took. A crash of a native library
// ends this process and nothing else. It ends with its parent, even in the middle of a long operation.

import { Worker } from 'node:worker_threads';
import { planOf } from '../memory/plan.ts';
import { Training } from './numbers/train.ts';
import { forgetHighest, processMemory } from './process-memory.node.ts';
import type { MeasuredStep, Reply, Request } from './protocol.ts';
import { type Loaded, loadBackend } from './tf.ts';

const PARENT_CHECK_MS = 250;

/** A thread of its own: the main one does not hear of a disconnect while it computes. */
function endWithParent(): void {
  const code = `const parent = process.ppid;
    setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, ${PARENT_CHECK_MS});`;
  new Worker(code, { eval: true, stdout: true, stderr: true }).unref();
}

const say = (reply: Reply): Promise<void> =>
  new Promise((resolve) => {
    if (process.send) process.send(reply, () => resolve());
    else resolve();
  });

/** TensorFlow's status 8 and JavaScript's own limits. */
const OUT_OF_MEMORY =
  /OOM when allocating|Invalid TF_Status: 8\b|Array buffer allocation failed|out of memory|Invalid typed array length/i;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

let loaded: Loaded | null = null;

async function load({ rung, folder }: Extract<Request, { kind: 'load' }>): Promise<void> {
  try {
    loaded = await loadBackend(rung, folder);
  } catch (error) {
    await say({ kind: 'unavailable', message: messageOf(error) });
    return;
  }
  const { version, library, usesGpu } = loaded;
  await say({ kind: 'loaded', backend: { version, library, usesGpu, node: process.versions.node } });
}

async function measure({ jobs, steps }: Extract<Request, { kind: 'measure' }>): Promise<void> {
  try {
    for (const [i, job] of jobs.entries()) await say({ kind: 'measured', job: i, result: await runJob(job, steps, i) });
    await say({ kind: 'done' });
  } catch (error) {
    const message = messageOf(error);
    await say({ kind: 'failed', reason: OUT_OF_MEMORY.test(message) ? 'out-of-memory' : 'error', message });
  }
}

async function runJob(
  { run, shape }: Extract<Request, { kind: 'measure' }>['jobs'][number],
  steps: number,
  job: number,
): Promise<MeasuredStep> {
  const plan = planOf(run, shape, null);
  if (!plan.ok) throw new Error(`${plan.error.field}: ${plan.error.value}`);
  if (!loaded) throw new Error('no backend is loaded');
  const before = processMemory();
  const training = new Training(loaded.tf, plan.value);
  let last: Omit<MeasuredStep, 'process'> | null = null;
  for (let step = 0; step < steps; step++) {
    await say({ kind: 'progress', job, step });
    if (step === steps - 1) forgetHighest();
    const { loss, ...rest } = training.step();
    last = { ...rest, moments: [...rest.moments], loss: Number.isFinite(loss) ? loss : null };
  }
  const after = processMemory();
  training.dispose();
  if (!last) throw new Error('a job has steps');
  // The heaps of JavaScript and wasm keep what they once took: they say nothing about one job.
  const tells = loaded.library !== null && before && after;
  return { ...last, process: tells ? { before: before.live, highest: after.highest } : null };
}

process.on('disconnect', () => process.exit());
process.on('message', (request: Request) => {
  void (request.kind === 'load' ? load(request) : measure(request));
});
endWithParent();
