// Words that were probably meant, by Levenshtein's distance.

/** The words most like a word; those that share nothing with it are left out. */
export function nearest(word: string, candidates: readonly string[], most: number): readonly string[] {
  return candidates
    .map((candidate) => ({ candidate, distance: distanceOf(word, candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.max(word.length, candidate.length) / 2)
    .sort((x, y) => x.distance - y.distance)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** The word that one or two slips of the pen lead away from; very short words are all near each other. */
export function nearMiss(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length < 4) return undefined;
  const slips = word.length < 8 ? 1 : 2;
  return [...candidates].find((c) => Math.abs(c.length - word.length) <= slips && distanceOf(word, c) <= slips);
}

const LONGEST = 64;

function distanceOf(a: string, b: string): number {
  if (a.length > LONGEST || b.length > LONGEST) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const swapped = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(swapped, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
