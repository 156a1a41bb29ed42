// What the run might be instead, where something that matters is not known: a library's version, a field that the source
// does not state, what a user's own loop keeps. Each alternative is replayed; the difference is the cause's width.
// Deliberately absent: anything estimated. A cause without a replay behind it is in range.ts.

import { bytes } from '../base/bytes.ts';
import type { Cause } from './estimate.ts';
import type { Gpu } from './gpu.ts';
import { type Plan, planOf } from './plan.ts';
import type { Attention, TrainingRun } from './run.ts';
import type { ModelShape, TowerShape } from './shape.ts';
import { ledgerPeak } from './shortcut.ts';
import { mostImageTokens } from './tower-plan.ts';
import { LIBRARIES, olderReleases } from './versions.ts';

/** A field of a run that its source leaves open. `batch.length`: the sequence is a limit, rows may all be shorter. */
export type Unknown = keyof typeof OPEN_FIELDS | (string & {});

type Change = (run: TrainingRun) => readonly TrainingRun[];
interface OpenField {
  readonly cause: string;
  readonly change: Change;
}

const KERNELS: readonly Attention[] = ['flash', 'mem-efficient', 'eager'];
/** How short the longest row of a data set may be, against the limit it is cut to. */
const SHORTEST = 4;

const shorter: OpenField = {
  cause: 'length-is-a-limit',
  change: (run) => [
    { ...run, batch: { ...run.batch, sequence: Math.max(1, Math.ceil(run.batch.sequence / SHORTEST)) } },
  ],
};
const adapters = (change: (run: TrainingRun) => readonly Partial<TrainingRun['method']>[]): OpenField => ({
  cause: 'adapters-not-stated',
  change: (run) => change(run).map((method) => ({ ...run, method: { ...run.method, ...method } })),
});

const OPEN_FIELDS = {
  attention: {
    cause: 'attention-not-stated',
    change: (run) => KERNELS.filter((k) => k !== run.attention).map((attention) => ({ ...run, attention })),
  },
  mask: {
    cause: 'padding-not-stated',
    change: (run) => (['none', 'padded'] as const).map((mask) => ({ ...run, mask })),
  },
  'method.targets': adapters(() => [{ targets: ['q_proj', 'v_proj'] }, { targets: 'all-linear' }]),
  'method.rank': adapters(() => [{ rank: 8 }, { rank: 64 }]),
  'method.dropout': adapters(() => [{ dropout: 0 }, { dropout: 0.05 }]),
  'weights.doubleQuantization': {
    cause: 'quantisation-not-stated',
    change: (run) =>
      (['nf4', 'nf4-double'] as const).map((quantization) => ({ ...run, weights: { ...run.weights, quantization } })),
  },
  optimizer: {
    cause: 'optimizer-not-stated',
    change: (run) =>
      [
        { implementation: 'foreach' as const, bits: 32 as const },
        { bits: 8 as const, library: 'bitsandbytes' },
      ].map((optimizer) => ({ ...run, optimizer: { ...run.optimizer, ...optimizer } })),
  },
  loss: {
    cause: 'loss-not-stated',
    change: (run) => [
      { ...run, loss: { ...run.loss, kind: 'liger', form: 'current' } },
      { ...run, loss: { ...run.loss, kind: 'full', form: 'transformers-before-4.46' } },
    ],
  },
  checkpointing: {
    cause: 'checkpointing-not-stated',
    change: (run) =>
      (['none', 'full'] as const).map((kind) => ({ ...run, checkpointing: { ...run.checkpointing, kind } })),
  },
  'batch.sequence': shorter,
  'batch.length': shorter,
} as const satisfies Readonly<Record<string, OpenField>>;

/** The causes that replays of what might be give, widest replay of each. Only those that change the peak. */
export function causesOfAlternatives(
  run: TrainingRun,
  shape: ModelShape,
  gpu: Gpu | null,
  unknown: readonly Unknown[],
): Cause[] {
  const base = planOf(run, shape, gpu);
  if (!base.ok) return [];
  const expected = ledgerPeak(base.value);
  const seen = new Map([[versionFacts(base.value), expected]]);
  /** Versions that lead to the same code need no replay of their own. */
  const peakOf = (other: TrainingRun, byVersion: boolean): number => {
    const plan = planOf(other, shape, gpu);
    if (!plan.ok) return expected;
    const facts = versionFacts(plan.value);
    const peak = (byVersion ? seen.get(facts) : undefined) ?? ledgerPeak(plan.value);
    if (byVersion) seen.set(facts, peak);
    return peak;
  };
  const causes = [
    ...LIBRARIES.filter((library) => run.versions[library] === undefined).map((library) => {
      const others = olderReleases(library, shape.family).map((v) => ({
        ...run,
        versions: { ...run.versions, [library]: v },
      }));
      return causeOf(
        `${library}-version`,
        expected,
        others.map((other) => peakOf(other, true)),
      );
    }),
    ...openFields(run, shape, unknown).map(([cause, changes]) =>
      causeOf(
        cause,
        expected,
        changes.map((other) => peakOf(other, false)),
      ),
    ),
  ];
  return causes.filter((c) => c.below > 0 || c.above > 0);
}

function openFields(
  run: TrainingRun,
  { tower }: ModelShape,
  unknown: readonly Unknown[],
): readonly (readonly [string, readonly TrainingRun[]])[] {
  const fields: Readonly<Record<string, OpenField>> = OPEN_FIELDS;
  const open = unknown.flatMap((name) => fields[name] ?? []);
  const byCause = new Map<string, TrainingRun[]>();
  for (const { cause, change } of open) byCause.set(cause, [...(byCause.get(cause) ?? []), ...change(run)]);
  if (tower && run.batch.imageTokens === undefined) byCause.set('images-not-stated', otherImages(run, tower));
  if (keepsOutputsPerhaps(run)) byCause.set('outputs-held', outputsHeld(run));
  return [...byCause];
}

/** A batch of text alone, and rows that are images through and through. */
const otherImages = (run: TrainingRun, tower: TowerShape): TrainingRun[] =>
  [0, mostImageTokens(run, tower)].map((imageTokens) => ({ ...run, batch: { ...run.batch, imageTokens } }));

/** A loop of one's own may keep the model's output in a variable while backward runs, or until the next forward. */
const keepsOutputsPerhaps = (run: TrainingRun): boolean =>
  run.framework.name === 'transformers' && run.loss.held === 'none' && run.loss.kind === 'full';
const outputsHeld = (run: TrainingRun): TrainingRun[] =>
  (['outputs-through-backward', 'logits-until-next-forward'] as const).map((held) => ({
    ...run,
    loss: { ...run.loss, held },
  }));

function causeOf(id: string, expected: number, peaks: readonly number[]): Cause {
  return {
    id,
    of: 'allocated',
    below: bytes(Math.max(0, expected - Math.min(expected, ...peaks))),
    above: bytes(Math.max(0, Math.max(expected, ...peaks) - expected)),
  };
}

/** What of a plan follows from versions. */
const versionFacts = (plan: Plan): string =>
  JSON.stringify([
    ...[plan.loss, plan.groupsInSdpa, plan.memEfficientTakesGroups, plan.inputRequiresGrad],
    ...[plan.card.keepsWorkspace, plan.packed?.keepsInput, plan.replacesTable, plan.spellsNorms],
  ]);
