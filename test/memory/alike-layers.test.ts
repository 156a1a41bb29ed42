// A played layer does to memory what a run one does: event by event, whatever surrounds it.

import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveRun } from '../../src/cli/score.ts';
import type { Label, Sink } from '../../src/memory/engine/sink.ts';
import type { Phase } from '../../src/memory/estimate.ts';
import { type Plan, planOf } from '../../src/memory/plan.ts';
import { completeRun, type RunInput } from '../../src/memory/run.ts';
import { replay } from '../../src/memory/step.ts';
import { measuredLines, measuredRoot, type RunPart, SMALL } from './replayed.ts';
import { shapeOf } from './shape-of-config.ts';

/** Everything a counter is told, in order. */
class EventLog implements Sink {
  readonly events: unknown[] = [];
  private count = 0;

  alloc(bytes: number, what: Label): number {
    this.events.push(bytes, what);
    return this.count++;
  }
  free(id: number): void {
    this.events.push('free', id);
  }
  enter(place: number): void {
    this.events.push('enter', place);
  }
  begin(phase: Phase): void {
    this.events.push('begin', phase);
  }
  emptyCache(): void {
    this.events.push('empty cache');
  }
  forgetPeaks(): void {
    this.events.push('forget peaks');
  }
}

function eventsOf(plan: Plan): readonly unknown[] {
  const log = new EventLog();
  replay(plan, log, 2);
  return log.events;
}

/** Layers are alike if they have one shape; with a shape each, all of them run. */
const apart = (plan: Plan): Plan => ({ ...plan, layers: plan.layers.map((l) => ({ ...l, shape: { ...l.shape } })) });

/** Null where all events are the same; else where they part. */
function difference(plan: Plan): string | null {
  const played = eventsOf(plan);
  const run = eventsOf(apart(plan));
  const at = run.findIndex((event, i) => event !== played[i]);
  if (at < 0 && played.length === run.length) return null;
  return `event ${at}: ${JSON.stringify(played.slice(at, at + 6))} instead of ${JSON.stringify(run.slice(at, at + 6))}`;
}

const files = readdirSync(measuredRoot).filter((name) => name.endsWith('.jsonl'));
const DEEP_ENOUGH = 14;

describe.each(files)('%s', (file) => {
  it('plays every run as it is', () => {
    const plans = new Map<string, Plan>();
    for (const line of measuredLines(file)) {
      const row = resolveRun(JSON.parse(line));
      const plan = row.ok ? planOf(row.value.run, row.value.shape, row.value.gpu) : null;
      if (!plan?.ok) continue;
      const cut = { ...plan.value, layers: plan.value.layers.slice(0, DEEP_ENOUGH) };
      plans.set(JSON.stringify(cut), cut);
    }
    expect(plans.size).toBeGreaterThan(0);
    expect([...plans.values()].map(difference).filter((d) => d !== null)).toEqual([]);
  }, 120_000);
});

const narrow = shapeOf(SMALL);
const kinds = [SMALL, { ...SMALL, intermediate_size: 1536 }, { ...SMALL, sliding_window: 128 }].flatMap(
  (c) => shapeOf(c).kinds,
);
/** Runs, alternation, and what no rule would make. */
const arrangements = fc.oneof(
  fc
    .tuple(fc.array(fc.nat(2), { minLength: 1, maxLength: 4 }), fc.integer({ min: 6, max: 20 }))
    .map(([period, n]) => Array.from({ length: n }, (_, i) => period[i % period.length] ?? 0)),
  fc.array(fc.nat(2), { minLength: 6, maxLength: 16 }),
);

const size = fc.constantFrom(1e3, 3e5, 1e6, 5e6, 1e9);
const settings = fc.record(
  {
    gradientAsBucketView: fc.boolean(),
    bucketCapMb: fc.constantFrom(1, 5, 25),
    reduce_bucket_size: size,
    stage3_prefetch_bucket_size: size,
    stage3_param_persistence_threshold: fc.constantFrom(0, 1e3, 1e5),
    stage3_max_live_parameters: size,
    stage3_max_reuse_distance: size,
    sub_group_size: size,
    overlap_comm: fc.boolean(),
    contiguous_gradients: fc.boolean(),
    reduce_scatter: fc.boolean(),
    round_robin_gradients: fc.boolean(),
    reshardAfterForward: fc.boolean(),
    noSync: fc.boolean(),
    wrap: fc.constantFrom('embed | blocks', 'all blocks in one unit', ''),
  },
  { requiredKeys: [] },
);
const parallel = fc.record({
  strategy: fc.constantFrom(...(['none', 'ddp', 'zero1', 'zero2', 'zero3', 'fsdp2'] as const)),
  gpus: fc.constantFrom(2, 3, 8),
  offload: fc.constantFrom(...(['none', 'none', 'optimizer', 'both'] as const)),
  settings,
});
const runs: fc.Arbitrary<RunPart> = fc.record({
  weights: fc.record({
    dtype: fc.constantFrom(...(['fp32', 'bf16'] as const)),
    quantization: fc.constantFrom(...(['none', 'none', 'nf4', 'int8'] as const)),
  }),
  autocast: fc.constantFrom(...(['none', 'bf16'] as const)),
  attention: fc.constantFrom(...(['sdpa', 'eager'] as const)),
  mask: fc.constantFrom(...(['none', 'padded'] as const)),
  method: fc.record({
    kind: fc.constantFrom(...(['full', 'lora', 'freeze'] as const)),
    trainableLayers: fc.constantFrom(-5, 1, 6),
    targets: fc.constantFrom('all-linear' as const, ['v_proj']),
    dropout: fc.constantFrom(0, 0.1),
    dora: fc.boolean(),
  }),
  checkpointing: fc.record({
    kind: fc.constantFrom(...(['none', 'full'] as const)),
    reentrant: fc.boolean(),
    offload: fc.boolean(),
    every: fc.constantFrom(1, 1, 2),
  }),
  optimizer: fc.record({
    implementation: fc.constantFrom(...(['fused', 'foreach'] as const)),
    inBackward: fc.boolean(),
  }),
  batch: fc.record({ accumulation: fc.integer({ min: 1, max: 3 }) }),
  parallel,
});

it('plays any arrangement of layers under any wrapper as it is', () => {
  fc.assert(
    fc.property(arrangements, runs, (layers, part) => {
      const input: RunInput = { ...part, model: {}, batch: { micro: 2, sequence: 256, ...part.batch } };
      const plan = planOf(completeRun(input), { ...narrow, kinds, layers }, null);
      fc.pre(plan.ok);
      expect(difference(plan.value)).toBeNull();
    }),
    { numRuns: 150 },
  );
}, 60_000);
