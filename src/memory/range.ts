// Why an answer is a range: each cause with what it takes off and adds.

import { type ByteRange, bytes } from '../base/bytes.ts';
import { CONTEXT, ncclOf } from './device.ts';
import type { Cause, Estimate } from './estimate.ts';
import type { Gpu } from './gpu.ts';
import { heldByStreams } from './parallel/settings.ts';
import type { Plan } from './plan.ts';
import type { TrainingRun } from './run.ts';

/** Unsplit remainders and cached segments, relative to the allocated peak: medians and extremes of 766 traced runs. */
const POOL = { allocated: 0.03, reservedExpected: 0.1, reservedHigh: 0.23 } as const;
/** Kernels of other cards and libraries than the traced ones take other scratch. */
const UNKNOWN_CARD = 0.01;
const TRITON = 0.01;
/**
 * Buffers of odd sizes come and go on several streams, each with a pool of its own; one pool is replayed. Nine of ten traced
 * runs with ZeRO or FSDP2 reserve within this part of ours.
 */
const SHARDED_POOL = 0.16;

/** What a compiler saves of the eager step: the published runs of one model with and without lie 8 % to 26 % apart. */
const COMPILED = 0.3;

/** LitGPT's module in other releases than the one that is replayed: runs of 2023 and 2024 lie within this part. */
const OTHER_RELEASE = 0.03;
const REPLAYED_LITGPT = '0.5.13';

interface Peaks {
  readonly allocated: number;
  /** Null while typing: only the allocator's replay knows it. */
  readonly reserved: number | null;
}

export interface Ranges {
  readonly peak: Estimate['peak'];
  readonly causes: readonly Cause[];
}

export function rangesOf(
  peaks: Peaks,
  plan: Plan,
  run: TrainingRun,
  gpu: Gpu | null,
  replayed: readonly Cause[] = [],
): Ranges {
  const { allocated } = peaks;
  const reserved = peaks.reserved ?? Math.round(allocated * (1 + POOL.reservedExpected));
  const causes = [...replayed, ...causesOf(peaks, plan, run, gpu)];
  const outside = CONTEXT.expected + (run.parallel.gpus > 1 ? ncclOf(run.parallel.gpus).expected : 0);
  const around = (expected: number, of: readonly Cause['of'][], outside: number): ByteRange => {
    const mine = causes.filter((c) => of.includes(c.of));
    const sum = (side: 'below' | 'above'): number => mine.reduce((n, c) => n + c[side], 0);
    const all = expected + outside;
    return { low: bytes(all - sum('below')), expected: bytes(all), high: bytes(all + sum('above')) };
  };
  return {
    causes,
    peak: {
      allocated: around(allocated, ['allocated'], 0),
      reserved: around(reserved, ['allocated', 'reserved'], 0),
      device: around(reserved, ['allocated', 'reserved', 'device'], outside),
    },
  };
}

function causesOf(peaks: Peaks, plan: Plan, run: TrainingRun, gpu: Gpu | null): Cause[] {
  const share = (part: number): ReturnType<typeof bytes> => bytes(Math.round(peaks.allocated * part));
  const causes: Cause[] = [];
  if (peaks.reserved === null) {
    causes.push({ id: 'unsplit-blocks', of: 'allocated', below: bytes(0), above: share(POOL.allocated) });
    const upTo = POOL.reservedHigh - POOL.reservedExpected - POOL.allocated;
    causes.push({
      id: 'allocator-not-replayed',
      of: 'reserved',
      below: share(POOL.reservedExpected),
      above: share(upTo),
    });
  }
  causes.push(...besideTheModel(plan), ...uncollected(plan));
  if (!gpu)
    causes.push({ id: 'card-not-set', of: 'allocated', below: share(UNKNOWN_CARD), above: share(UNKNOWN_CARD) });
  if (plan.program === 'litgpt' && run.versions.litgpt !== REPLAYED_LITGPT) {
    causes.push({ id: 'litgpt-release', of: 'allocated', below: share(OTHER_RELEASE), above: share(OTHER_RELEASE) });
  }
  if (run.framework.compile) causes.push({ id: 'compiled', of: 'allocated', below: share(COMPILED), above: bytes(0) });
  if (run.framework.kernels.length > 0) {
    causes.push({ id: 'fused-kernels', of: 'allocated', below: share(TRITON), above: share(TRITON) });
  }
  if (run.batch.packed || plan.mask === 'padded') {
    causes.push({ id: 'cached-blocks', of: 'reserved', below: bytes(0), above: share(UNKNOWN_CARD) });
  }
  const held = heldByStreams(plan.parallel, plan.model);
  if (held > 0) causes.push({ id: 'held-by-streams', of: 'reserved', below: bytes(0), above: bytes(held) });
  if (plan.parallel && plan.parallel.kind !== 'ddp') {
    causes.push({ id: 'sharded-pool', of: 'reserved', below: share(SHARDED_POOL), above: share(SHARDED_POOL) });
  }
  causes.push({ id: 'context', ...outsideOfPool(CONTEXT) });
  if (run.parallel.gpus > 1) causes.push({ id: 'nccl', ...outsideOfPool(ncclOf(run.parallel.gpus)) });
  return causes;
}

const outsideOfPool = ({ low, expected, high }: ByteRange): Omit<Cause, 'id'> => ({
  of: 'device',
  below: bytes(expected - low),
  above: bytes(high - expected),
});

const ID = 8;
const BLOCK = 512;
/** A collator's labels and mask beside the ids, and the next batch (accelerate's data loader fetches it ahead). */
const BATCH_TENSORS = 5;
/** Tables and scalars beside a packed weight: more or fewer of them, shared or not, from release to release. */
const TABLES_OF_A_WEIGHT = 8;

/** Bytes of a value that is packed into 4 bits, its share of a scale included. */
const PACKED_VALUE = 0.5625;
/**
 * LitGPT packs each linear before the checkpoint is there, and Python collects what is replaced when it likes: in a traced run the
 * first block's and half of the last one's stayed.
 */
const UNCOLLECTED_LAYERS = 2;

function uncollected(plan: Plan): Cause[] {
  if (plan.program !== 'litgpt' || !plan.packed) return [];
  const linears = plan.layers[0]?.shape.weights.filter((w) => w.kind === 'linear') ?? [];
  const layer = linears.reduce((n, w) => n + w.rows * w.cols, 0) * PACKED_VALUE;
  const above = bytes(Math.round(layer * UNCOLLECTED_LAYERS));
  return [{ id: 'uncollected', of: 'allocated', below: bytes(0), above }];
}

/** What a trainer holds that no replay of the model sees; each of the kinds is bounded by counting. */
function besideTheModel(plan: Plan): Cause[] {
  const weights = plan.layers.reduce((n, { shape }) => n + shape.weights.length, 0);
  const batch = BATCH_TENSORS * ID * plan.batch * plan.tokens;
  const causes: Cause[] = [
    { id: 'batch-tensors', of: 'allocated', below: bytes(0), above: bytes(batch + weights * BLOCK) },
  ];
  if (plan.packed) {
    const tables = bytes(weights * TABLES_OF_A_WEIGHT * BLOCK);
    causes.push({ id: 'quantisation-tables', of: 'allocated', below: tables, above: tables });
  }
  return causes;
}
