// A stand-in for the replay, so simple that every figure the service prints can be checked by hand. The service's own
// tests are about what is said of an estimate; whether the estimate is right is tested in test/memory and test/measured.

import { type Bytes, bytes, GiB, MiB } from '../../src/base/bytes.ts';
import { fail, ok } from '../../src/base/result.ts';
import type { Estimate, Phase, Term, TermName } from '../../src/memory/estimate.ts';
import type { Gpu } from '../../src/memory/gpu.ts';
import type { TrainingRun } from '../../src/memory/run.ts';
import { type ModelShape, parameterCount } from '../../src/memory/shape.ts';

interface Question {
  readonly run: TrainingRun;
  readonly shape: ModelShape;
  readonly gpu: Gpu | null;
  readonly depth: 'ledger' | 'allocator';
}

export function estimateRun({ run, shape, depth }: Question) {
  const parameters = parameterCount(shape);
  if (run.method.dora) return fail({ field: 'method.dora', value: 'true', floor: bytes(parameters * 2) });
  const trainable = run.method.kind === 'full' ? parameters : run.method.rank * 1e6;
  const terms = termsOf(run, shape, parameters, trainable);
  const allocated = terms.reduce((n, t) => n + t.bytes, 0);
  return ok({
    depth,
    parameters,
    trainable,
    peak: { allocated: exact(allocated), reserved: range(allocated * 1.02), device: range(allocated * 1.02 + GiB / 2) },
    phase: 'backward',
    phases: phasesOf(allocated),
    terms,
    timeline: [],
    causes: [
      { id: 'context', below: bytes(100 * MiB), above: bytes(200 * MiB), of: 'device' },
      { id: 'allocator-not-replayed', below: bytes(0), above: bytes(300 * MiB), of: 'reserved' },
    ],
    host: { ram: bytes(4 * GiB) },
  } satisfies Estimate);
}

function termsOf(
  { batch, weights, optimizer, loss, checkpointing }: TrainingRun,
  shape: ModelShape,
  parameters: number,
  trainable: number,
) {
  const tokens = batch.micro * batch.sequence;
  const kept = checkpointing.kind === 'none' ? 34 : 2;
  const perParameter = weights.quantization === 'none' ? 2 : 0.5;
  return [
    term('weights', parameters * perParameter, 'linear'),
    term('gradients', trainable * 4, 'gradient'),
    term('optimizer', trainable * (optimizer.bits === 8 ? 2 : 8), 'exp_avg'),
    term('activations', tokens * shape.hidden * shape.layers.length * kept, 'silu'),
    term('logits', loss.kind === 'liger' ? 0 : tokens * shape.vocabulary * 8, 'log_softmax'),
  ];
}

function term(name: TermName, n: number, what: string): Term {
  const whole = Math.round(n);
  const larger = Math.ceil(whole * 0.75);
  return {
    term: name,
    bytes: bytes(whole),
    parts: [
      { what, where: 'layers', bytes: bytes(larger) },
      { what: 'copy', where: 'head', bytes: bytes(whole - larger) },
    ],
  };
}

const phasesOf = (peak: number): { name: Phase; allocated: Bytes }[] => [
  { name: 'optimizer', allocated: bytes(Math.round(peak * 0.5)) },
  { name: 'backward', allocated: bytes(peak) },
  { name: 'forward', allocated: bytes(Math.round(peak * 0.8)) },
];

const exact = (n: number) => ({ low: bytes(n), expected: bytes(n), high: bytes(n) });
const range = (n: number) => ({ low: bytes(n * 0.95), expected: bytes(n), high: bytes(n * 1.05) });
