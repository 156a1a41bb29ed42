// What the bytes alive at the peak are: terms and their parts, from the tape. They add up to the peak exactly.

import { bytes } from '../base/bytes.ts';
import { roundToBlock } from './allocator.ts';
import { PLACE } from './engine/sink.ts';
import type { Term, TermName, TermPart } from './estimate.ts';
import type { Allocation } from './tape.ts';

type Where = TermPart['where'];
interface Bucket {
  readonly term: TermName;
  readonly what: string;
  readonly where: Where;
  bytes: number;
  count: number;
}
/** Bytes by term, operation and place; a value that can be extrapolated entry by entry. */
export type Buckets = Map<string, Bucket>;

export function bucketsOf(alive: readonly Allocation[]): Buckets {
  const buckets: Buckets = new Map();
  for (const a of alive) {
    const rounded = roundToBlock(a.requested);
    put(buckets, a.what.term, a.what.name, whereOf(a), rounded, 1);
    const slack = a.bytes - rounded;
    if (slack > 0) put(buckets, 'slack', 'unsplit block', whereOf(a), slack, 1);
  }
  return buckets;
}

function put(buckets: Buckets, term: TermName, what: string, where: Where, size: number, count: number): void {
  const key = `${term}|${what}|${where}`;
  const bucket = buckets.get(key) ?? { term, what, where, bytes: 0, count: 0 };
  bucket.bytes += size;
  bucket.count += count;
  buckets.set(key, bucket);
}

function whereOf(a: Allocation): Where {
  if (a.what.term === 'optimizer') return 'optimizer';
  if (a.place >= 0) return 'layers';
  if (a.place === PLACE.below) return 'embedding';
  return a.place === PLACE.above ? 'head' : 'model';
}

/** `short + (longer - short) * more`: entry by entry, for layers that repeat. */
export function extrapolateBuckets(short: Buckets, longer: Buckets, more: number): Buckets {
  const out: Buckets = new Map();
  for (const key of new Set([...short.keys(), ...longer.keys()])) {
    const a = short.get(key);
    const b = longer.get(key);
    const like = a ?? b;
    if (!like) continue;
    const at = (get: (x: Bucket) => number): number => {
      const first = a ? get(a) : 0;
      return first + ((b ? get(b) : 0) - first) * more;
    };
    out.set(key, { ...like, bytes: at((x) => x.bytes), count: at((x) => x.count) });
  }
  return out;
}

/** Terms with their parts, both largest first. */
export function termsOf(buckets: Buckets): Term[] {
  const byTerm = new Map<TermName, TermPart[]>();
  for (const { term, what, where, bytes: size, count } of buckets.values()) {
    if (size === 0) continue;
    const parts = byTerm.get(term) ?? [];
    parts.push({ what, where, bytes: bytes(size), count });
    byTerm.set(term, parts);
  }
  const terms = [...byTerm].map(([term, parts]) => ({
    term,
    bytes: bytes(parts.reduce((n, p) => n + p.bytes, 0)),
    parts: parts.sort((a, b) => b.bytes - a.bytes),
  }));
  return terms.sort((a, b) => b.bytes - a.bytes);
}
