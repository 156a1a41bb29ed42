// What the user may name as a target: a card, a card with a count, or a bare budget. Both ways: text → Target → text.
// Deliberately absent: guessing. `24` is not 24 GiB until somebody says so.

import { bytes, formatBytes, GiB, MiB } from '../base/bytes.ts';
import type { Language } from '../base/language.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { findGpu } from '../catalogue/gpus.ts';
import type { Gpu } from '../memory/gpu.ts';
import type { Target } from './analysis-types.ts';
import { sentencesIn } from './words/sentences-in.ts';

const COUNT_FIRST = /^(\d{1,5})\s*(?:[x×*]\s*|\s(?=[a-z]))(.+)$/i;
/** After the name an `x` needs a space or a digit before it: the one in `RTX 4090` is no multiplication sign. */
const COUNT_LAST = /^(.+?)(?:\s+x|(?<=\d)x|\s*[×*])\s*(\d{1,5})$/i;
const BUDGET = /^(\d+(?:\.\d+)?)\s*(gib|gb|mib|mb|tib|tb)$/i;
const UNITS: Readonly<Record<string, number>> = { gib: GiB, gb: 1e9, mib: MiB, mb: 1e6, tib: 1024 * GiB, tb: 1e12 };
const UNIT_NAMES: Readonly<Record<string, string>> = {
  gib: 'GiB',
  gb: 'GB',
  mib: 'MiB',
  mb: 'MB',
  tib: 'TiB',
  tb: 'TB',
};

/** `RTX 4090`, `2x RTX 3090`, `A100 80GB ×8`, `24 GiB`, `24GB`. The error is a sentence that says what is accepted. */
export function parseTarget(text: string, language: Language = 'en'): Result<Target> {
  const words = sentencesIn(language).target;
  const { name, count } = withoutCount(text.trim());
  if (name === '') return fail(words.empty);
  if (count < 1) return fail(words.noCards);
  const budget = BUDGET.exec(name);
  if (budget) return budgetTarget(budget, count) ?? fail(words.noMemory);
  const gpu = findGpu(name);
  // `4090` is what people call a card; `24` could be gigabytes of either kind.
  if (!gpu) return fail(/^\d+(\.\d+)?$/.test(name) ? words.noUnit(name) : words.unknownGpu(name));
  return ok({ gpu, label: gpu.name, capacity: gpu.capacity, count });
}

function withoutCount(text: string): { name: string; count: number } {
  const first = COUNT_FIRST.exec(text);
  // `24 GB` is a budget and `4090` a name: a count stands only before something that is a target by itself.
  if (first?.[1] && first[2] && !BUDGET.test(text)) return { count: Number(first[1]), name: first[2].trim() };
  const last = COUNT_LAST.exec(text);
  if (last?.[1] && last[2]) return { count: Number(last[2]), name: last[1].trim() };
  return { count: 1, name: text };
}

function budgetTarget(match: RegExpExecArray, count: number): Result<Target> | null {
  const unit = (match[2] ?? '').toLowerCase();
  const capacity = Number(match[1]) * (UNITS[unit] ?? 0);
  if (!(capacity > 0) || !Number.isSafeInteger(Math.round(capacity))) return null;
  const label = `${match[1]} ${UNIT_NAMES[unit] ?? unit}`;
  return ok({ gpu: null, label, capacity: bytes(Math.round(capacity)), count });
}

/** `RTX 4090 24 GiB`, `2 × A100 80GB`, `24 GiB`, `24 GB = 22.4 GiB`. */
export function printTarget(target: Target): string {
  return `${target.count > 1 ? `${target.count} × ` : ''}${printOne(target)}`;
}

function printOne(target: Target): string {
  const { gpu, label, capacity } = target;
  // A decimal unit is printed beside its binary value, because 24 GB read as 24 GiB is a silent error of 7 %.
  if (!gpu) return label.endsWith('iB') ? label : `${label} = ${printCapacity(capacity)}`;
  return SIZE_IN_NAME.test(label) ? label : `${label} ${printSize(gpu)}`;
}

/** As {@link printTarget}, with what is left for programs where that is less than the name says. */
export function printUsable(target: Target, language: Language): string {
  const whole = printTarget(target);
  const usable = printCapacity(target.capacity);
  return !target.gpu || whole.includes(usable) ? whole : sentencesIn(language).target.usable(whole, usable);
}

/** Sizes cards are sold with. A card reports less, but the name on the box is what users know. */
const SOLD_GIB = [4, 6, 8, 10, 11, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 141, 180, 192, 256, 288];

const SIZE_IN_NAME = /\b(\d+)\s*gi?b\b/i;

/** What is written on the box of a card: `24 GiB`. */
export function printSize({ name, capacity }: Gpu): string {
  const named = SIZE_IN_NAME.exec(name)?.[1];
  const sold = named ?? SOLD_GIB.find((size) => size >= capacity / GiB && size * 0.9 <= capacity / GiB);
  return sold === undefined ? printCapacity(capacity) : `${sold} GiB`;
}

/** `24 GiB`, `23.5 GiB`. */
export function printCapacity(capacity: number): string {
  const whole = Math.round(capacity / GiB);
  return whole > 0 && Math.abs(capacity / GiB - whole) < 0.005 ? `${whole} GiB` : formatBytes(capacity);
}
