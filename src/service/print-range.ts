import { type ByteRange, formatBytes } from '../base/bytes.ts';

/** Below this a width is not worth the reader's attention. */
const WORTH_SHOWING = 0.05;

/** `21.4 GiB`, or `21.4 GiB (20.1–22.9)` where the range is wide. */
export function printRange({ low, expected, high }: ByteRange): string {
  const text = formatBytes(expected);
  if (!(high - low > WORTH_SHOWING * expected)) return text;
  const unit = unitOf(text);
  return `${text} (${short(formatBytes(low), unit)}–${short(formatBytes(high), unit)})`;
}

const unitOf = (text: string): string => text.slice(text.lastIndexOf(' '));
const short = (text: string, unit: string): string => (text.endsWith(unit) ? text.slice(0, -unit.length) : text);

/** `7.62 B`, `20.2 M`, `960`: parameters and tokens, three digits. */
export function printCount(n: number): string {
  const steps = [
    [1e12, ' T'],
    [1e9, ' B'],
    [1e6, ' M'],
    [1e4, ' K'],
  ] as const;
  const step = steps.find(([size]) => n >= size * 0.9995);
  return step ? `${Number((n / step[0]).toPrecision(3))}${step[1]}` : `${n}`;
}

export const printPercent = (share: number): string => `${Math.round(share * 100)} %`;
