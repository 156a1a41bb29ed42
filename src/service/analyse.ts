// The language service: from a text to an Analysis, and from an Analysis to what an editor prints.
// Every surface of this room (hints, lens, hover, diagnostics, fixes, status, panel) is a pure function of one Analysis,
// in the shapes of the Language Server Protocol.
// Deliberately absent: an editor, files, clocks, caches. Files arrive through Environment.file; a host that finds a path in
// `wanted` loads it and analyses again.

import { resolveModel } from '../catalogue/resolve-model.ts';
import type { ModelResolution } from '../catalogue/resolution.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { Finding, Reading } from '../dialects/reading.ts';
import { dialectById, detectDialect } from '../dialects/registry.ts';
import { verdictOf } from '../memory/estimate.ts';
import { estimateRun } from '../memory/estimate-run.ts';
import type { RunInput, TrainingRun } from '../memory/run.ts';
import { completeRun } from '../memory/run.ts';
import { withValues } from '../yaml/overlay.ts';
import { parseSource } from '../yaml/parse.ts';
import type { SourceDoc, SourceLanguage } from '../yaml/source-doc.ts';
import type { Analysis, Environment } from './analysis-types.ts';

/** Values laid over the file, by dotted key, as their users would write them. */
export type Overrides = Readonly<Record<string, string>>;

/** Everything that can be said about a text. Never throws: trouble is a finding, a floor or a hole in the answer. */
export function analyse(text: string, fileName: string, environment: Environment, overrides: Overrides = {}): Analysis {
  const doc = withValues(parseSource(text, languageOfFile(fileName)), overrides);
  const dialect = dialectOf(doc, fileName, environment);
  const reading = dialect?.read(doc, { ...environment, fileName }) ?? null;
  const start: Analysis = { ...NOTHING, fileName, doc, environment, overrides, target: environment.target };
  if (!dialect || reading?.purpose !== 'training') return start;
  return estimated({ ...start, dialect, reading, findings: reading.findings });
}

/** The same text with other values; answered at the depth of typing, however deep the first answer went. */
export function reanalyse(a: Analysis, overrides: Overrides): Analysis {
  return analyse(a.doc.text, a.fileName, { ...a.environment, depth: 'ledger' }, { ...a.overrides, ...overrides });
}

/** Files that would say more and were not looked at yet: hosts load them and analyse again. */
export function wantedFiles(a: Analysis): readonly string[] {
  return (a.reading?.wanted ?? []).filter((path) => a.environment.file(path) === undefined);
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

function estimated(a: Analysis): Analysis {
  const input = a.reading?.run;
  if (!input) return a;
  const model = resolveModel(input.model, a.environment.file);
  if (model.kind === 'unknown') return { ...a, model, findings: [...a.findings, ...unknownModel(a, model)] };
  const run = completeRun(onTarget(withCheckpointType(input, model), a));
  const result = estimateRun({ run, shape: model.shape, gpu: a.target?.gpu ?? null, depth: a.environment.depth });
  if (!result.ok) {
    const { field, value, floor } = result.error;
    return { ...a, model, run, floor: { bytes: floor, field, value } };
  }
  const estimate = result.value;
  return { ...a, model, run, estimate, verdict: a.target ? verdictOf(estimate.peak.device, a.target.capacity) : null };
}

/** A reading that leaves the type of the weights open means "auto": they are loaded as the checkpoint has them. */
function withCheckpointType(input: RunInput, model: Extract<ModelResolution, { kind: 'known' }>): RunInput {
  const dtype = input.weights?.dtype ?? model.shape.dtype;
  return dtype ? { ...input, weights: { ...input.weights, dtype } } : input;
}

/** Where the file does not say on how many GPUs it runs, the cards the user named do. */
function onTarget(input: RunInput, a: Analysis): RunInput {
  const { target } = a;
  const open = input.parallel?.gpus === undefined;
  const gpu = target?.gpu && input.gpu === undefined ? { gpu: target.gpu.name } : {};
  if (!open || !target || target.count === 1) return { ...input, ...gpu };
  const strategy = input.parallel?.strategy ?? 'ddp';
  return { ...input, ...gpu, parallel: { ...input.parallel, gpus: target.count, strategy } };
}

function unknownModel(a: Analysis, model: Extract<ModelResolution, { kind: 'unknown' }>): readonly Finding[] {
  if (
    model.why === 'no-reference' ||
    a.findings.some((f) => f.code === 'unknown-model' || f.code === 'missing-model')
  ) {
    return [];
  }
  const span = spanOfField(a.reading, 'model') ?? { start: 0, end: 0 };
  return [
    {
      code: 'unknown-model',
      span,
      args: { id: model.id ?? '', why: model.why, detail: model.detail, near: model.near.join(', ') },
    },
  ];
}

function spanOfField(reading: Reading | null, field: string) {
  const origin = reading?.fields.get(field)?.origin;
  return origin?.kind === 'file' ? origin.span : undefined;
}

function dialectOf(doc: SourceDoc, fileName: string, environment: Environment): Dialect | null {
  if (environment.dialect !== undefined) return dialectById(environment.dialect);
  return detectDialect(doc, fileName);
}

function languageOfFile(fileName: string): SourceLanguage {
  if (/\.jsonc?$/i.test(fileName)) return 'json';
  return /\.toml$/i.test(fileName) ? 'toml' : 'yaml';
}
