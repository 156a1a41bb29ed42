// "Did you mean": the known names most like one that is not known.

const ENOUGH = 0.45;

/** Up to `most` of `known`, most alike first, by shared pairs of letters (Dice's coefficient). */
export function nearNames(name: string, known: readonly string[], most = 3): string[] {
  const asked = name.slice(0, LONGEST).toLowerCase();
  const pairs = new Set(pairsOf(asked));
  return known
    .map((candidate) => ({ candidate, alike: alike(pairs, pairsOf(candidate.toLowerCase())) }))
    .filter((c) => c.alike >= ENOUGH)
    .sort((a, b) => b.alike - a.alike)
    .slice(0, most)
    .map((c) => c.candidate);
}

const LONGEST = 100;

const pairsOf = (text: string): string[] =>
  Array.from({ length: Math.max(0, text.length - 1) }, (_, i) => text.slice(i, i + 2));

function alike(asked: ReadonlySet<string>, pairs: readonly string[]): number {
  const shared = pairs.reduce((n, pair) => (asked.has(pair) ? n + 1 : n), 0);
  return (2 * shared) / Math.max(1, asked.size + pairs.length);
}
