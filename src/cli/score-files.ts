// Rows of truth that name a framework's own file: the whole way from the config, beside which the model's config.json lies.

import { dirname, resolve } from 'node:path';
import { fail, ok, type Result } from '../base/result.ts';
import { findGpu } from '../catalogue/gpus.ts';
import type { TrainingRun } from '../memory/run.ts';
import { rowsPerSample } from '../memory/stages/stage-plan.ts';
import { analyse } from '../service/analyse.ts';
import { filesBeside, readText } from './disk.ts';
import { type MeasuredRow, type ResolvedRow, type ResolveRow, resolveRun } from './score.ts';

/** Resolves the rows of one file: by the run they carry, or by the file they name. */
export function rowResolver(rowsPath: string): ResolveRow {
  const folder = dirname(resolve(rowsPath));
  return (row) => (row.run ? resolveRun(row, filesBeside(rowsPath)) : resolveFile(row, folder));
}

function resolveFile(row: MeasuredRow, folder: string): Result<ResolvedRow> {
  if (!row.file) return fail('the row has neither a run nor a file');
  const path = resolve(folder, row.file);
  const text = readText(path);
  if (!text.ok) return fail(`${row.file}: ${text.error}`);
  const { run, model } = analyse(text.value, path, {
    language: 'en',
    target: null,
    depth: 'ledger',
    versions: row.versions ?? {},
    file: filesBeside(path),
  });
  if (!run) return fail('not a training config of a framework that is read');
  if (model?.kind !== 'known') return fail(`unknown model: ${model?.why ?? 'none'}`);
  return ok({
    run: { ...asMeasured(row, run), versions: { ...run.versions, ...row.versions } },
    shape: model.shape,
    gpu: row.gpu === undefined ? null : findGpu(row.gpu),
  });
}

/** Lengths depend on data; a row of truth says what they were, and how many rows went through the model. */
const asMeasured = (row: MeasuredRow, run: TrainingRun): TrainingRun => ({
  ...run,
  mask: row.actualMask ?? run.mask,
  batch: {
    ...run.batch,
    sequence: row.actualLength ?? run.batch.sequence,
    micro: row.actualBatch === undefined ? run.batch.micro : row.actualBatch / rowsPerSample(run.stage),
  },
  loss: { ...run.loss, ...(row.actualScored === undefined ? {} : { scoredTokens: row.actualScored }) },
});
