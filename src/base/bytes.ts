// Bytes as a unit of their own, and the one way they are printed.
// Deliberately absent: decimal gigabytes. Everything that is shown is binary and spelled GiB.

declare const unit: unique symbol;
/** A number of bytes; a plain number is not one until somebody says so with {@link bytes}. */
export type Bytes = number & { readonly [unit]: 'bytes' };

export const bytes = (n: number): Bytes => n as Bytes;
export const KiB = 1024;
export const MiB = 1024 ** 2;
export const GiB = 1024 ** 3;

/** A figure with its width. `low <= expected <= high`. */
export interface ByteRange {
  readonly low: Bytes;
  readonly expected: Bytes;
  readonly high: Bytes;
}

const STEPS: readonly (readonly [size: number, name: string])[] = [
  [GiB, 'GiB'],
  [MiB, 'MiB'],
  [KiB, 'KiB'],
];

/** Three significant digits and a binary unit: `21.4 GiB`, `537 MiB`, `0 B`. */
export function formatBytes(n: number): string {
  if (!Number.isFinite(n)) return '? GiB';
  const size = Math.abs(n);
  // 1023.6 MiB must not print as "1024 MiB": the step is chosen after rounding.
  for (const [step, name] of STEPS) {
    if (size >= step * 0.9995) return `${threeDigits(n / step)} ${name}`;
  }
  return `${Math.round(n)} B`;
}

/** `+1.2 GiB`, `-537 MiB`: a difference, always with its sign. */
export function formatDelta(n: number): string {
  return n < 0 ? `-${formatBytes(-n)}` : `+${formatBytes(n)}`;
}

function threeDigits(n: number): string {
  const size = Math.abs(n);
  if (size >= 99.95) return Math.round(n).toString();
  return size >= 9.995 ? n.toFixed(1) : n.toFixed(2);
}
