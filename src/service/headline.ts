// The one sentence about a run, in parts: lens, status bar, model hint and panel print the same parts.

import { formatBytes } from '../base/bytes.ts';
import type { Floor, Target } from './analysis-types.ts';
import { printName } from './print-name.ts';
import { printRange } from './print-range.ts';
import { printTarget } from './target.ts';
import type { Training } from './training.ts';
import type { Sentences } from './words/sentences.ts';
import { sentencesIn } from './words/sentences-in.ts';

export interface Headline {
  readonly kind: 'estimate' | 'floor' | 'none';
  /** `peak 21.4 GiB (20.1–22.9)`, `at least 16.1 GiB (weights, …)`, `peak unknown: …` */
  readonly peak: string;
  /** `RTX 4090 24 GiB: fits`, `GPU not set`, `DoRA is not modelled yet`; null: nothing to add. */
  readonly remark: string | null;
  /** What the user can do next, as a sentence. */
  readonly next: string | null;
}

/** A name that is not known may be anything. */
const LONGEST_GPU = 30;

export const wordsOf = (a: Training): Sentences => sentencesIn(a.environment.language);

export function headlineOf(a: Training): Headline {
  const words = wordsOf(a);
  if (a.estimate) {
    const peak = words.peak.total(printRange(a.estimate.peak.device));
    return { kind: 'estimate', peak, remark: targetText(a), next: a.target ? null : words.next.pickGpu };
  }
  if (a.floor) return { ...floorTexts(words, a.floor), next: words.next.reportFeature };
  return { kind: 'none', ...unknownTexts(a, words) };
}

function floorTexts(words: Sentences, floor: Floor): Pick<Headline, 'kind' | 'peak' | 'remark'> {
  const certain = (['weights', 'gradients', 'optimizer'] as const).map((t) => words.terms[t].label);
  return {
    kind: 'floor',
    peak: words.peak.atLeast(formatBytes(floor.bytes), words.list(certain)),
    remark: words.peak.notModelled(featureName(words, floor.field, floor.value)),
  };
}

function unknownTexts(a: Training, words: Sentences): Pick<Headline, 'peak' | 'remark' | 'next'> {
  const ignored = a.findings.find((f) => f.code === 'unsupported');
  if (a.model?.kind === 'known' && ignored) {
    const feature = featureName(words, String(ignored.args.field ?? ''), String(ignored.args.value ?? ''));
    return { peak: words.peak.unknown, remark: words.peak.notModelled(feature), next: words.next.fixFindings };
  }
  return { remark: null, ...modelTexts(a, words) };
}

function modelTexts(a: Training, words: Sentences): Pick<Headline, 'peak' | 'next'> {
  if (a.findings.some((f) => f.code === 'nothing-trained'))
    return { peak: words.peak.nothingTrained, next: words.next.fixFindings };
  if (a.findings.some((f) => f.code === 'missing-model'))
    return { peak: words.peak.noModel, next: words.next.nameModel };
  if (a.model?.kind !== 'unknown') return { peak: words.peak.unreadable, next: words.next.fixFindings };
  if (a.model.why === 'no-reference') return { peak: words.peak.noModel, next: words.next.nameModel };
  return { peak: words.peak.unknownModel(printName(a.model.id ?? a.model.detail)), next: words.next.giveConfig };
}

/** `RTX 4090 24 GiB: fits`, or that no GPU is set, or that nobody knows the one that is. */
export function targetText(a: Training): string {
  const words = wordsOf(a);
  if (!a.target) {
    const named = a.environment.unknownTarget ?? a.run?.gpu;
    return named === undefined ? words.peak.gpuNotSet : words.peak.gpuNotKnown(printName(named, LONGEST_GPU));
  }
  return a.verdict ? words.peak.on(printTarget(a.target), words.verdicts[a.verdict]) : printTarget(a.target);
}

/** How much is to spare or missing, as a sentence. */
export function fitText(a: Training, target: Target): string | null {
  const { fits } = wordsOf(a);
  const device = a.estimate?.peak.device;
  if (!device) return a.floor && a.verdict === 'over' ? fits.short(formatBytes(a.floor.bytes - target.capacity)) : null;
  if (a.verdict === 'fits') return fits.spare(formatBytes(target.capacity - device.high));
  if (a.verdict === 'over') return fits.short(formatBytes(device.low - target.capacity));
  return fits.straddles(formatBytes(target.capacity - device.low), formatBytes(device.high - target.capacity));
}

/** A feature by its name where it has one: `DoRA`, else `field: value`. */
export function featureName(words: Sentences, field: string, value: string): string {
  const named = words.features[`${field}=${value}`];
  if (named !== undefined) return named;
  const kind = words.features[field];
  return kind === undefined ? `${field}: ${value}` : `${kind} (${value})`;
}
