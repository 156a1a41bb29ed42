// A run that trains nothing stops before its first step (PEFT finds no target, autograd no gradient), so it has no peak.

import type { Finding, Reading } from '../dialects/reading.ts';
import type { TrainingRun } from '../memory/run.ts';
import type { ModelShape } from '../memory/shape.ts';
import { trainableCount } from '../memory/trainable.ts';
import type { Span } from '../yaml/source-doc.ts';

const TOP: Span = { start: 0, end: 0 };

export function nothingTrained(reading: Reading, run: TrainingRun, shape: ModelShape): Finding | null {
  const { kind, targets, trainableLayers } = run.method;
  if ((kind !== 'lora' && kind !== 'freeze') || trainableCount(run, shape) > 0) return null;
  const span = keySpanOf(reading, kind === 'lora' ? 'method.targets' : 'method.trainableLayers');
  const chosen = kind === 'freeze' ? trainableLayers : targets === 'all-linear' ? targets : targets.join(', ');
  return { code: 'nothing-trained', span, args: { kind, chosen, known: linearsOf(shape).join(', ') } };
}

function keySpanOf({ fields }: Reading, field: string): Span {
  const origins = [field, 'method', 'model'].map((name) => fields.get(name)?.origin);
  return origins.find((origin) => origin?.kind === 'file')?.keySpan ?? TOP;
}

/** What a target can be: the last parts of the names of the model's linear layers. */
function linearsOf({ kinds }: ModelShape): readonly string[] {
  const linears = kinds.flatMap(({ weights }) => weights.filter((w) => w.kind === 'linear'));
  return [...new Set(linears.map(({ name }) => name.slice(name.lastIndexOf('.') + 1)))];
}
