// `--json`: an answer as headroom/estimate@1.

import { parameterCount } from '../memory/shape.ts';
import type { Analysis } from '../service/analysis-types.ts';
import type { Answer } from './answers.ts';
import type { EstimateReport } from './estimate-schema.ts';

export const printJson = (answers: readonly Answer[]): string => JSON.stringify(answers.map(reportOf), null, 2);

function reportOf({ input, analysis, problems }: Answer): EstimateReport {
  const { estimate, floor } = analysis;
  return {
    schema: 'headroom/estimate@1',
    file: input.file,
    dialect: analysis.dialect?.id ?? null,
    model: modelOf(analysis),
    run: analysis.run === null ? null : { ...analysis.run },
    peak: estimate?.peak ?? null,
    phase: estimate?.phase ?? null,
    phases: estimate?.phases ?? [],
    terms: estimate?.terms ?? [],
    host: estimate?.host ?? null,
    floor: floor === null ? null : { bytes: floor.bytes, field: floor.field, value: floor.value },
    fit: fitOf(analysis),
    assumed: analysis.reading?.assumed ?? [],
    problems,
  };
}

function modelOf({ model, estimate }: Analysis): EstimateReport['model'] {
  if (model?.kind !== 'known') return null;
  const { id, shape, source } = model;
  return {
    id,
    family: shape.family,
    parameters: parameterCount(shape),
    trainable: estimate?.trainable ?? null,
    source,
  };
}

function fitOf({ target, verdict }: Analysis): EstimateReport['fit'] {
  if (target === null) return null;
  return { gpu: target.gpu?.name ?? null, count: target.count, capacity: target.capacity, verdict };
}
