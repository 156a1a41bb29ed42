// Versions of packages, compared. `0.9.6.dev0` counts as 0.9.6: what is being developed already behaves so.

/** Whether a known version is older than another; false where it is not known (the newest behaviour is assumed). */
export function olderThan(version: string | undefined, than: string): boolean {
  if (version === undefined) return false;
  const [a, b] = [parts(version), parts(than)];
  for (let i = 0; i < b.length; i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

const parts = (version: string): readonly number[] =>
  (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);
