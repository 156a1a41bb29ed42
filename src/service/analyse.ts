// The language service: from a text to an Analysis, and from an Analysis to what an editor prints.
// Every surface of this room (hints, lens, hover, diagnostics, fixes, status, panel) is a pure function of one Analysis,
// in the shapes of the Language Server Protocol.
// Deliberately absent: an editor, files, clocks, caches. Files arrive through Environment.file; a host that finds a path in
// Reading.wanted loads it and analyses again.

import { bytes } from '../base/bytes.ts';
import type { ModelResolution } from '../catalogue/resolution.ts';
import { resolveModel } from '../catalogue/resolve-model.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { Assumption, Finding, Reading } from '../dialects/reading.ts';
import { detectDialect, dialects } from '../dialects/registry.ts';
import { asBuilt } from '../memory/as-built.ts';
import { type Estimate, type TermName, verdictOf } from '../memory/estimate.ts';
import { estimateRun } from '../memory/estimate-run.ts';
import { completeRun, type Dtype, type RunInput, type TrainingRun } from '../memory/run.ts';
import type { ModelShape } from '../memory/shape.ts';
import { imageTokensOf } from '../memory/tower-plan.ts';
import { withValues } from '../yaml/overlay.ts';
import { parseSource } from '../yaml/parse.ts';
import type { SourceDoc, Span } from '../yaml/source-doc.ts';
import { sourceLanguageOf } from '../yaml/source-language.ts';
import type { Analysis, Environment, Target } from './analysis-types.ts';
import { nothingTrained } from './nothing-trained.ts';
import { parseTarget } from './target.ts';

/** Values laid over the file, by dotted key, as their users would write them. */
export type Overrides = Readonly<Record<string, string>>;

/** Everything that can be said about a text. Never throws: trouble is a finding, a floor or a hole in the answer. */
export function analyse(text: string, fileName: string, environment: Environment, overrides: Overrides = {}): Analysis {
  const doc = withValues(parseSource(text, sourceLanguageOf(fileName)), overrides);
  return analyseDoc({ ...NOTHING, fileName, doc, environment, overrides, target: environment.target });
}

/** The same file with other values; answered at the depth of typing, however deep the first answer went. */
export function reanalyse(a: Analysis, overrides: Overrides): Analysis {
  const environment: Environment = { ...a.environment, depth: 'ledger' };
  const doc = withValues(a.doc, overrides);
  const all = { ...a.overrides, ...overrides };
  return analyseDoc({ ...NOTHING, fileName: a.fileName, doc, environment, overrides: all, target: environment.target });
}

/** The answer at the depth of typing, which what-ifs are compared at. */
export const atTypingDepth = (a: Analysis): Analysis => (a.environment.depth === 'ledger' ? a : reanalyse(a, {}));

function analyseDoc(silent: Analysis): Analysis {
  const { fileName, environment } = silent;
  const spoken = dialectOf(silent.doc, fileName, environment);
  const reading = spoken?.dialect.read(silent.doc, { ...environment, fileName });
  if (!spoken || reading?.purpose !== 'training') return silent;
  const doc = oursFirst(silent.doc, spoken.place);
  const findings = [...spoken.findings, ...problemsOf(doc), ...reading.findings];
  return estimated({ ...silent, doc, dialect: spoken.dialect, reading, findings }, reading);
}

/** Of several documents or commands, the one that was recognised leads: what a fix adds is added there. */
function oursFirst(doc: SourceDoc, place: Span): SourceDoc {
  const ours = doc.roots.find(({ span }) => span.start <= place.start && place.end <= span.end);
  return ours && ours !== doc.roots[0] ? { ...doc, roots: [ours, ...doc.roots.filter((root) => root !== ours)] } : doc;
}

const NOTHING = {
  dialect: null,
  reading: null,
  model: null,
  run: null,
  estimate: null,
  floor: null,
  verdict: null,
  findings: [],
} satisfies Partial<Analysis>;

function estimated(a: Analysis, reading: Reading): Analysis {
  if (!reading.run) return a;
  const found = resolveModel(reading.run.model, a.environment.file);
  if (found.kind === 'unknown')
    return { ...a, model: found, findings: [...a.findings, ...unknownModel(reading, found)] };
  const target = a.target ?? targetOf(reading.run.gpu);
  const run = completeRun(onTarget(withCheckpointType(reading, reading.run, found.shape), target));
  const model = { ...found, shape: asBuilt(run, found.shape) };
  const assumed = settledAssumptions(reading, run, model.shape, target);
  const settled: Analysis = { ...a, target, model, run, reading: { ...reading, assumed } };
  const stopped = nothingTrained(reading, run, model.shape);
  if (stopped) return { ...settled, findings: [...a.findings, stopped] };
  const result = estimateRun({ run, shape: model.shape, gpu: target?.gpu ?? null, depth: a.environment.depth });
  if (!result.ok) return { ...settled, ...floored(result.error, target) };
  const ignored = reading.findings.find((f) => f.code === 'unsupported');
  return { ...settled, ...(ignored ? certain(ignored, result.value, target) : judged(result.value, target)) };
}

/** What a dialect had to leave open is known by now. */
function settledAssumptions(
  reading: Reading,
  run: TrainingRun,
  shape: ModelShape,
  target: Target | null,
): readonly Assumption[] {
  const images = imagesAssumed(run, shape);
  const settled = reading.assumed.map((assumption): Assumption => {
    if (isOpenType(assumption)) {
      const why = shape.dtype ? assumption.why : 'checkpoint-dtype-unknown';
      return { ...assumption, value: run.weights.dtype, why };
    }
    if (assumption.field !== 'parallel.gpus' || !target) return assumption;
    return { field: 'parallel.gpus', value: String(run.parallel.gpus), why: 'gpus-from-target' };
  });
  return images ? [...settled, images] : settled;
}

function imagesAssumed(run: TrainingRun, { tower }: ModelShape): Assumption | null {
  if (!tower || run.batch.imageTokens !== undefined) return null;
  return { field: 'batch.imageTokens', value: String(imageTokensOf(run, tower)), why: 'one-image-a-row' };
}

/** What stays on the GPU whatever the step does. */
const RESIDENT: readonly TermName[] = ['weights', 'adapters', 'gradients', 'optimizer'];

/**
 * A dialect left something out that is not modelled. What it spreads over GPUs or moves to the host is not known where
 * the setting of that itself could not be read: then nothing is certain.
 */
function certain({ args }: Finding, { terms }: Estimate, target: Target | null): Pick<Analysis, 'floor' | 'verdict'> {
  const field = String(args.field ?? '');
  if (field.startsWith('parallel.')) return { floor: null, verdict: null };
  const resident = terms.filter((t) => RESIDENT.includes(t.term)).reduce((n, t) => n + t.bytes, 0);
  return floored({ field, value: String(args.value ?? ''), floor: bytes(resident) }, target);
}

function judged(estimate: Estimate, target: Target | null): Pick<Analysis, 'estimate' | 'verdict'> {
  return { estimate, verdict: target ? verdictOf(estimate.peak.device, target.capacity) : null };
}

type Unmodelled = Extract<ReturnType<typeof estimateRun>, { ok: false }>['error'];

/** A floor cannot say that a run fits, but it can say that it does not. */
function floored({ field, value, floor }: Unmodelled, target: Target | null): Pick<Analysis, 'floor' | 'verdict'> {
  return { floor: { bytes: floor, field, value }, verdict: target && floor > target.capacity ? 'over' : null };
}

const isOpenType = ({ field, value }: Assumption): boolean => field === 'weights.dtype' && value === 'auto';

/** The type of nearly every checkpoint that is published. */
const USUAL_CHECKPOINT: Dtype = 'bf16';

/** Where a reading says "auto", weights are loaded as the checkpoint has them; so are they where it says nothing. */
function withCheckpointType(reading: Reading, input: RunInput, shape: ModelShape): RunInput {
  const unknown = reading.assumed.some(isOpenType) ? USUAL_CHECKPOINT : undefined;
  const dtype = input.weights?.dtype ?? shape.dtype ?? unknown;
  return dtype ? { ...input, weights: { ...input.weights, dtype } } : input;
}

/** A file may name its own card; what the user asks for now goes before it. */
function targetOf(gpu: string | undefined): Target | null {
  const named = gpu === undefined ? null : parseTarget(gpu);
  return named?.ok ? named.value : null;
}

/** The card is the target's; how many there are, only where the file does not say. */
function onTarget(input: RunInput, target: Target | null): RunInput {
  if (!target) return input;
  const named = target.gpu ? { ...input, gpu: target.gpu.name } : input;
  if (target.count === 1 || input.parallel?.gpus !== undefined) return named;
  // Launchers start one process a card; without a strategy of the file these replicate the model.
  const strategy = input.parallel?.strategy ?? 'ddp';
  return { ...named, parallel: { ...input.parallel, gpus: target.count, strategy } };
}

type UnknownModel = Extract<ModelResolution, { kind: 'unknown' }>;

function unknownModel(reading: Reading, model: UnknownModel): readonly Finding[] {
  const told = reading.findings.some((f) => f.code === 'unknown-model' || f.code === 'missing-model');
  if (told) return [];
  const origin = reading.fields.get('model')?.origin;
  const span = origin?.kind === 'file' ? origin.span : TOP;
  const { id, why, detail } = model;
  return [{ code: 'unknown-model', span, args: { id: id ?? '', why, detail } }];
}

const TOP: Span = { start: 0, end: 0 };

function problemsOf(doc: SourceDoc): readonly Finding[] {
  return doc.problems.map(({ code, message, span }) => ({
    code: code === 'duplicate-key' ? code : 'syntax',
    span,
    args: { message, key: doc.text.slice(span.start, span.end) },
  }));
}

interface Spoken {
  readonly dialect: Dialect;
  readonly findings: readonly Finding[];
  /** Where it was recognised. */
  readonly place: Span;
}

function dialectOf(doc: SourceDoc, fileName: string, environment: Environment): Spoken | null {
  if (environment.dialect !== undefined) {
    const chosen = dialects.find((d) => d.id === environment.dialect);
    return chosen ? { dialect: chosen, findings: [], place: TOP } : null;
  }
  const found = detectDialect(doc, fileName);
  if (!found) return null;
  const { dialect, runnerUp, reasons } = found;
  const place = reasons[0]?.span ?? TOP;
  if (!runnerUp) return { dialect, findings: [], place };
  const args = { first: dialect.name, second: runnerUp.name };
  return { dialect, findings: [{ code: 'ambiguous-dialect', span: place, args }], place };
}
