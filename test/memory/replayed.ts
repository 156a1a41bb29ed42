// What tests ask of a replay: a plan of a small run, counters that see requested bytes, and rows of measurements.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Label, Sink } from '../../src/memory/engine/sink.ts';
import type { Phase } from '../../src/memory/estimate.ts';
import { type Plan, planOf } from '../../src/memory/plan.ts';
import { completeRun, type RunInput } from '../../src/memory/run.ts';
import type { ModelShape } from '../../src/memory/shape.ts';
import { replay } from '../../src/memory/step.ts';
import { type LlamaConfig, shapeOf } from './shape-of-config.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

export const SMALL: LlamaConfig = {
  model_type: 'llama',
  hidden_size: 256,
  intermediate_size: 768,
  num_hidden_layers: 4,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  head_dim: 64,
  vocab_size: 1024,
};

export type RunPart = Omit<RunInput, 'model' | 'batch'> & { readonly batch?: Partial<RunInput['batch']> };

export function planFor(config: LlamaConfig, part: RunPart = {}): Plan {
  return planForShape(shapeOf(config), part);
}

export function planForShape(shape: ModelShape, part: RunPart = {}): Plan {
  const batch = { micro: 2, sequence: 512, ...part.batch };
  const plan = planOf(completeRun({ ...part, model: {}, batch }), shape, null);
  if (!plan.ok) throw new Error(`${plan.error.field} ${plan.error.value}`);
  return plan.value;
}

/** Requested bytes, not rounded; remembers what was alive whenever a phase began. */
export class RequestedBytes implements Sink {
  live = 0;
  readonly atPhase: { readonly phase: Phase; readonly live: number }[] = [];
  private readonly sizes: number[] = [];

  alloc(bytes: number, _what: Label): number {
    this.live += bytes;
    return this.sizes.push(bytes) - 1;
  }
  free(id: number): void {
    this.live -= this.sizes[id] ?? Number.NaN;
    this.sizes[id] = Number.NaN; // a second free would poison the sum
  }
  enter(): void {}
  begin(phase: Phase): void {
    this.atPhase.push({ phase, live: this.live });
  }
  emptyCache(): void {}
  forgetPeaks(): void {}
}

/** Bytes that one forward leaves alive for its backward, in the first step. */
export function savedBytes(plan: Plan): number {
  const sink = new RequestedBytes();
  replay(plan, sink, 1);
  const at = (phase: Phase): number => sink.atPhase.find((p) => p.phase === phase)?.live ?? Number.NaN;
  return at('backward') - at('forward');
}

/** What one more inner layer saves. */
export function savedPerLayer(config: LlamaConfig, part: RunPart = {}): number {
  const saved = (layers: number): number => savedBytes(planFor({ ...config, num_hidden_layers: layers }, part));
  return saved(5) - saved(4);
}

export const measuredRoot = `${root}test/measured/`;
export function measuredLines(file: string): string[] {
  return readFileSync(measuredRoot + file, 'utf8')
    .split('\n')
    .filter(Boolean);
}

/** A folder beside the repository that only some machines have; null where it is absent. */
export function beside(path: string): string | null {
  const full = `${root}../shared/${path}`;
  return existsSync(full) ? full : null;
}
