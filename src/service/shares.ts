// Which key of the file controls which bytes of the peak. The peak is dealt out: a term goes to one key, so that shares of
// different keys never add up to more than the whole.
// Deliberately absent: the words of any framework. Claims are made by fields of the run; the reading says which key that is.

import type { RunField } from '../dialects/reading.ts';
import type { Estimate, Term, TermName } from '../memory/estimate.ts';
import { type FileKey, keyOf, type Training } from './training.ts';

/** What a claim is about; a host may let users turn each off. */
export type ShareKind = 'optimizer' | 'precision' | 'quantization' | 'length' | 'batch' | 'rank' | 'method';

interface Claim {
  readonly kind: ShareKind;
  /** In order: the first that the file decides is the key. */
  readonly fields: readonly RunField[];
  readonly terms: readonly TermName[];
}

/** First come, first served: what scales with a number is claimed before what follows from a choice. */
const CLAIMS: readonly Claim[] = [
  { kind: 'optimizer', fields: ['optimizer.name', 'optimizer.bits', 'optimizer'], terms: ['optimizer'] },
  { kind: 'rank', fields: ['method.rank'], terms: ['adapters', 'gradients', 'optimizer'] },
  { kind: 'length', fields: ['batch.sequence'], terms: ['activations', 'logits'] },
  { kind: 'batch', fields: ['batch.micro'], terms: ['activations', 'logits'] },
  { kind: 'quantization', fields: ['weights.quantization'], terms: ['weights'] },
  { kind: 'precision', fields: ['weights.trainableDtype', 'weights.dtype'], terms: ['weights'] },
  { kind: 'precision', fields: ['autocast'], terms: ['casts'] },
  { kind: 'method', fields: ['method.kind'], terms: ['gradients', 'optimizer', 'adapters'] },
];

export interface Share {
  readonly kind: ShareKind;
  readonly key: FileKey;
  /** Largest first; none of them is in another share. */
  readonly terms: readonly Term[];
  readonly bytes: number;
}

export function sharesOf(a: Training, estimate: Estimate): readonly Share[] {
  const free = new Map(estimate.terms.filter((t) => t.bytes > 0).map((t) => [t.term, t]));
  const shares: Share[] = [];
  for (const { kind, fields, terms } of CLAIMS) {
    const key = firstKey(a, fields);
    const claimed = key ? terms.flatMap((name) => free.get(name) ?? []) : [];
    if (!key || claimed.length === 0) continue;
    for (const term of claimed) free.delete(term.term);
    shares.push(shareOf(kind, key, claimed));
  }
  return mergedByKey(shares);
}

/** Fields that own no bytes and yet move terms that others own. */
const MOVES: Readonly<Record<RunField, readonly TermName[]>> = {
  'checkpointing.kind': ['activations'],
  'checkpointing.offload': ['activations'],
  attention: ['activations'],
  'loss.kind': ['logits'],
};

/** Everything a field moves, whoever shows it: for a hover, which speaks of one key alone. */
export function termsOfField(estimate: Estimate, field: RunField): readonly Term[] {
  const claimed = CLAIMS.filter((c) => c.fields.includes(field)).flatMap((c) => c.terms);
  const names = [...claimed, ...(MOVES[field] ?? [])];
  return estimate.terms.filter((t) => t.bytes > 0 && names.includes(t.term));
}

function firstKey(a: Training, fields: readonly RunField[]): FileKey | null {
  for (const field of fields) {
    const key = keyOf(a, field);
    if (key) return key;
  }
  return null;
}

function shareOf(kind: ShareKind, key: FileKey, terms: readonly Term[]): Share {
  const sorted = [...terms].sort((x, y) => y.bytes - x.bytes);
  return { kind, key, terms: sorted, bytes: sorted.reduce((n, t) => n + t.bytes, 0) };
}

/** One key may decide several fields (`bf16` the casts and the weights): it is one share. */
function mergedByKey(shares: readonly Share[]): readonly Share[] {
  const merged = new Map<number, Share>();
  for (const share of shares) {
    const at = share.key.keySpan.start;
    const other = merged.get(at);
    merged.set(at, other ? shareOf(other.kind, other.key, [...other.terms, ...share.terms]) : share);
  }
  return [...merged.values()];
}
