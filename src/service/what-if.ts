// The same file with another value of one key: what its peak would be.
// Deliberately absent: several keys at once, and judging whether a change is wise.

import type { KeySpec } from '../dialects/dialect.ts';
import type { Path, SourceNode } from '../yaml/source-doc.ts';
import { atTypingDepth, reanalyse } from './analyse.ts';
import type { Analysis } from './analysis-types.ts';
import type { Training } from './training.ts';

export interface WhatIf {
  readonly value: string;
  /** Expected device bytes beside the headline's; null: that run could not be estimated. */
  readonly peak: number | null;
  readonly change: number | null;
}

/** Many values of one key would be a catalogue, not an answer. */
const MOST_CHOICES = 4;

/** Values worth asking about: half and double of a number, the other truth value, the other choices. */
export function otherValues(spec: KeySpec, node: SourceNode): readonly string[] {
  if (node.kind !== 'scalar') return [];
  if (spec.scales) return typeof node.value === 'number' ? halfAndDouble(node.value) : [];
  if (spec.type === 'boolean') return typeof node.value === 'boolean' ? [String(!node.value)] : [];
  const now = String(node.value);
  return spec.values?.includes(now) ? spec.values.filter((v) => v !== now).slice(0, MOST_CHOICES) : [];
}

function halfAndDouble(n: number): readonly string[] {
  if (!Number.isSafeInteger(n) || n < 1 || n > Number.MAX_SAFE_INTEGER / 2) return [];
  return n === 1 ? ['2'] : [String(Math.floor(n / 2)), String(n * 2)];
}

/**
 * Answers at the depth of typing, as a difference: the difference is added to the headline, so that what is printed here
 * agrees with what every other surface prints.
 */
export function whatIf(a: Training, path: Path, values: readonly string[]): readonly WhatIf[] {
  const headline = devicePeak(a);
  const base = devicePeak(atTypingDepth(a));
  return values.map((value) => {
    const other = devicePeak(reanalyse(a, { [path.join('.')]: value }));
    if (headline === null || base === null || other === null) return { value, peak: null, change: null };
    return { value, peak: headline + other - base, change: other - base };
  });
}

export const devicePeak = (a: Analysis): number | null => a.estimate?.peak.device.expected ?? null;
