// Library versions as facts that decide rows of the operation table. A version that is not stated is the newest known one.

export type Versions = Readonly<Record<string, string>>;

/** True if `library` is stated and older than `version`, compared number by number (`4.9` < `4.46`). */
export function isBefore(versions: Versions, library: string, version: string): boolean {
  const stated = versions[library];
  if (stated === undefined) return false;
  const a = numbersOf(stated);
  const b = numbersOf(version);
  for (let i = 0; i < b.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

const numbersOf = (version: string): number[] => (version.match(/\d+/g) ?? []).slice(0, 3).map(Number);
