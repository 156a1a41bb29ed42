// "Did you mean": the known names most like one that is not known.

const ENOUGH = 0.45;

/** Up to `most` of `known`, most alike first, by shared pairs of letters (Dice's coefficient). */
export function nearNames(name: string, known: readonly string[], most = 3): string[] {
  const asked = pairsOf(name.slice(0, 200));
  return known
    .map((candidate) => ({ candidate, alike: alike(asked, pairsOf(candidate)) }))
    .filter((c) => c.alike >= ENOUGH)
    .sort((a, b) => b.alike - a.alike)
    .slice(0, most)
    .map((c) => c.candidate);
}

function pairsOf(text: string): Set<string> {
  const plain = text.toLowerCase().replace(/[^a-z0-9.]/g, '');
  return new Set(Array.from({ length: Math.max(0, plain.length - 1) }, (_, i) => plain.slice(i, i + 2)));
}

function alike(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size + b.size === 0) return 0;
  let shared = 0;
  for (const pair of a) if (b.has(pair)) shared += 1;
  return (2 * shared) / (a.size + b.size);
}
