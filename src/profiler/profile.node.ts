// A profile from start to end: down the ladder to the first backend that loads, a plan that is shown, the run, the measurement.

import { cpus, platform, release, totalmem } from 'node:os';
import { fail, ok, type Result } from '../base/result.ts';
import type { TrainingRun } from '../memory/run.ts';
import type { ModelShape } from '../memory/shape.ts';
import { extrapolate } from './calibrate.ts';
import { type Limits, ProfilerWorker, type WorkerSettings } from './client.node.ts';
import { findRung } from './find.node.ts';
import { figuresOf, fingerprintOf, type Measurement, type MeasurementPoint } from './measurement.ts';
import { type Budget, type Job, type ProfilePlan, planComputed, planReplay } from './plan.ts';
import type { BackendFacts, Ending, MeasuredStep } from './protocol.ts';
import {
  type BackendChoice,
  type ComputingRung,
  gpuComplaints,
  installCommand,
  ladderOf,
  type RungId,
  type SkippedRung,
} from './rungs.ts';
import type { NotComputed } from './twin.ts';

export interface ProfileRequest {
  readonly run: TrainingRun;
  readonly shape: ModelShape;
  /** How the config is called. */
  readonly config: string;
  readonly choice: BackendChoice;
  /** Where backends are looked for. */
  readonly folders: readonly string[];
  /** Where an install would put one. */
  readonly installFolder: string;
  readonly worker: WorkerSettings;
  readonly budget: Budget;
  readonly headroom: string;
}

/** A backend that is ready and a plan that may be shown. */
export interface Prepared {
  readonly request: ProfileRequest;
  readonly plan: ProfilePlan;
  readonly rung: RungId;
  readonly skipped: readonly SkippedRung[];
  readonly backend: BackendFacts | null;
  readonly worker: ProfilerWorker | null;
}

/** The first rung that can be taken; an error if not even the replay knows the run. */
export async function prepareProfile(request: ProfileRequest): Promise<Result<Prepared, NotComputed>> {
  const skipped: SkippedRung[] = [];
  for (const rung of ladderOf(request.choice)) {
    if (rung === 'dry') continue;
    const started = await start(rung, request);
    if (!('why' in started)) return ok({ request, rung, skipped, ...started });
    skipped.push(started);
  }
  const plan = planReplay(request.run, request.shape);
  return plan.ok
    ? ok({ request, rung: 'dry', skipped, plan: plan.value, backend: null, worker: null })
    : fail(plan.error);
}

type Started = Pick<Prepared, 'plan' | 'backend' | 'worker'>;

async function start(rung: ComputingRung, request: ProfileRequest): Promise<Started | SkippedRung> {
  const command = installCommand(rung, request.installFolder);
  const folder = findRung(rung, request.folders);
  if (folder === null) return { rung, why: 'not-installed', detail: '', command };
  const plan = planComputed(request.run, request.shape, rung, request.budget);
  if (!plan.ok) return notPlanned(rung, plan.error);
  const worker = new ProfilerWorker(request.worker);
  const answer = await worker.load(rung, folder);
  if (answer.kind === 'loaded' && answer.backend.usesGpu !== false)
    return { plan: plan.value, worker, backend: answer.backend };
  worker.close();
  return answer.kind === 'loaded'
    ? { rung, why: 'no-gpu', detail: gpuComplaints(answer.stderr), command: '' }
    : { rung, why: 'does-not-load', detail: firstLine(answer.message), command };
}

const notPlanned = (rung: RungId, error: NotComputed | 'over-budget'): SkippedRung =>
  error === 'over-budget'
    ? { rung, why: 'over-budget', detail: '', command: '' }
    : { rung, why: 'not-computed', detail: `${error.field}: ${error.value}`, command: '' };

const firstLine = (text: string): string => text.split('\n')[0] ?? '';

/** The measurement, or how it ended before it was one. */
export async function runProfile(
  prepared: Prepared,
  limits: Limits,
  onProgress: (job: number, step: number) => void,
): Promise<Measurement | Ending> {
  const { worker, plan } = prepared;
  if (!worker) return measurementOf(prepared, []);
  const jobs = plan.jobs.map(({ run, shape }) => ({ run, shape }));
  const results = await worker.measure(jobs, plan.steps, limits, onProgress);
  worker.close();
  return 'kind' in results ? results : measurementOf(prepared, results);
}

function measurementOf(prepared: Prepared, results: readonly MeasuredStep[]): Measurement {
  const { request, plan, rung, skipped, backend } = prepared;
  const { full, jobs, changes, narrowing } = plan;
  const measured = jobs.flatMap(({ size }, i) => {
    const step = results[i];
    return step ? [{ size, saved: step.saved, moments: step.moments }] : [];
  });
  const extrapolated = measured.length === 0 ? null : extrapolate(measured, full.size);
  return {
    schema: 'headroom/measurement@1',
    at: new Date().toISOString(),
    headroom: request.headroom,
    config: request.config,
    fingerprint: fingerprintOf(request.run, request.shape),
    machine: machineFacts(backend),
    rung,
    backend: backend && { version: backend.version, library: backend.library },
    skipped: [...skipped],
    changes: [...changes],
    narrowing,
    points: jobs.map((job, i) => pointOf(job, results[i] ?? null)),
    full: {
      size: full.size,
      replayed: figuresOf(full.predicted),
      extrapolated: extrapolated && {
        saved: extrapolated.saved,
        peak: extrapolated.peak,
        phase: extrapolated.phase,
        misfit: extrapolated.misfit,
      },
    },
  };
}

const pointOf = ({ size, predicted }: Job, step: MeasuredStep | null): MeasurementPoint => ({
  size,
  replayed: figuresOf(predicted),
  measured: step && figuresOf(step),
  seconds: step?.seconds ?? null,
  buffers: step?.highest ?? null,
  process: step?.process ? step.process.highest - step.process.before : null,
});

function machineFacts(backend: BackendFacts | null): Measurement['machine'] {
  const processors = cpus();
  return {
    system: `${platform()} ${release()}`,
    processor: processors[0]?.model.trim() ?? '',
    cores: processors.length,
    memory: totalmem(),
    node: backend?.node ?? process.versions.node,
  };
}
