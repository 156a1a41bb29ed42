// The parent's side of the worker: one process, its limits, its end. Whatever happens to it is a value.

import { type ChildProcess, fork } from 'node:child_process';
import { processMemory } from './process-memory.node.ts';
import {
  type BackendFacts,
  type Ending,
  type MeasuredStep,
  type Reply,
  type Request,
  replySchema,
} from './protocol.ts';
import type { ComputingRung } from './rungs.ts';

export interface WorkerSettings {
  /** The bundled worker. */
  readonly script: string;
  /** The Node it runs under; null: this process's own. */
  readonly node: string | null;
  readonly log: (line: string) => void;
}

export interface Limits {
  readonly seconds: number;
  readonly bytes: number;
}

export type LoadResult =
  | { readonly kind: 'loaded'; readonly backend: BackendFacts; readonly stderr: string }
  | { readonly kind: 'unavailable'; readonly message: string; readonly stderr: string };

const KEPT_STDERR = 16 * 1024;
const MEMORY_CHECK_MS = 100;

/**
 * What TensorFlow reads at its start. oneDNN pools memory, and so does glibc below the threshold: the process's memory would
 * say nothing. On a GPU it takes everything at once unless told otherwise. Level 1 tells why a GPU is not used.
 */
const ENVIRONMENT = {
  TF_ENABLE_ONEDNN_OPTS: '0',
  MALLOC_MMAP_THRESHOLD_: '65536',
  TF_FORCE_GPU_ALLOW_GROWTH: 'true',
  TF_CPP_MIN_LOG_LEVEL: '1',
};

export class ProfilerWorker {
  private readonly child: ChildProcess;
  private stderr = '';
  private ending: Ending | null = null;
  private listener: (reply: Reply | Ending) => void = () => {};

  constructor({ script, node, log }: WorkerSettings) {
    this.child = fork(script, [], {
      ...(node !== null && { execPath: node }),
      execArgv: [],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', ...ENVIRONMENT },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child.stdout?.on('data', (chunk: Buffer) => log(chunk.toString().trimEnd()));
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk.toString()).slice(-KEPT_STDERR);
      log(chunk.toString().trimEnd());
    });
    this.child.on('message', (message) => {
      const reply = replySchema.safeParse(message);
      if (reply.success) this.listener(reply.data);
      else this.end({ kind: 'failed', message: `the worker said what is not understood: ${reply.error.message}` });
    });
    this.child.on('error', (error) => this.end({ kind: 'failed', message: error.message }));
    this.child.on('exit', (code, signal) =>
      this.end(signal ? { kind: 'killed', signal } : { kind: 'exited', code: code ?? 0 }),
    );
  }

  private end(ending: Ending): void {
    if (this.ending) return;
    this.ending = ending;
    this.child.kill('SIGKILL');
    this.listener(ending);
  }

  /** At once, whatever it computes: nothing in the process could hear a request. */
  cancel(): void {
    this.end({ kind: 'cancelled' });
  }

  /** It has done what it was for. */
  close(): void {
    this.listener = () => {};
    this.end({ kind: 'cancelled' });
  }

  private send(request: Request): void {
    if (this.child.connected) this.child.send(request);
  }

  async load(rung: ComputingRung, folder: string): Promise<LoadResult> {
    const answer = await this.ask<Reply | Ending>({ kind: 'load', rung, folder }, (reply) => reply);
    const { stderr } = this;
    if (answer.kind === 'loaded') return { kind: 'loaded', backend: answer.backend, stderr };
    return { kind: 'unavailable', message: 'message' in answer ? answer.message : wordsOf(answer), stderr };
  }

  /** Runs the jobs; `onProgress` hears of each step. The limits hold from now on. */
  async measure(
    jobs: Extract<Request, { kind: 'measure' }>['jobs'],
    steps: number,
    limits: Limits,
    onProgress: (job: number, step: number) => void,
  ): Promise<readonly MeasuredStep[] | Ending> {
    const results: MeasuredStep[] = [];
    const clock = setTimeout(() => this.end({ kind: 'too-long', seconds: limits.seconds }), limits.seconds * 1000);
    const watch = setInterval(() => {
      const memory = this.child.pid === undefined ? null : processMemory(this.child.pid);
      if (memory && memory.live > limits.bytes) this.end({ kind: 'too-large', bytes: limits.bytes });
    }, MEMORY_CHECK_MS);
    try {
      return await this.ask({ kind: 'measure', jobs, steps }, (reply) => {
        if (reply.kind === 'progress') onProgress(reply.job, reply.step);
        if (reply.kind === 'measured') results.push(reply.result);
        if (reply.kind === 'progress' || reply.kind === 'measured') return null;
        return reply.kind === 'done' ? results : endingOf(reply);
      });
    } finally {
      clearTimeout(clock);
      clearInterval(watch);
    }
  }

  /** One request; `take` says when its answer is there. */
  private ask<T>(request: Request, take: (reply: Reply | Ending) => T | null): Promise<T> {
    return new Promise((resolve) => {
      this.listener = (reply) => {
        const answer = take(reply);
        if (answer !== null) resolve(answer);
      };
      if (this.ending) this.listener(this.ending);
      else this.send(request);
    });
  }
}

const endingOf = (reply: Reply | Ending): Ending => {
  switch (reply.kind) {
    case 'failed':
      return 'reason' in reply && reply.reason === 'out-of-memory'
        ? { kind: 'out-of-memory', message: reply.message }
        : { kind: 'failed', message: reply.message };
    case 'loaded':
    case 'unavailable':
    case 'progress':
    case 'measured':
    case 'done':
      return { kind: 'failed', message: `unexpected answer: ${reply.kind}` };
    default:
      return reply;
  }
};

const wordsOf = (answer: Reply | Ending): string => {
  if (answer.kind === 'killed') return `killed by ${answer.signal}`;
  return answer.kind === 'exited' ? `exit status ${answer.code}` : answer.kind;
};
