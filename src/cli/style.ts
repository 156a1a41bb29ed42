// Emphasis on a terminal. Never the only carrier of a meaning: the words say it too.

import type { Verdict } from '../memory/estimate.ts';

export type Style = Readonly<Record<'strong' | 'quiet' | 'heading' | Verdict, (text: string) => string>>;

const plain = (text: string): string => text;
const coded = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`;

const PLAIN: Style = { strong: plain, quiet: plain, heading: plain, fits: plain, tight: plain, over: plain };
const COLOURED: Style = {
  strong: coded(1, 22),
  quiet: coded(2, 22),
  heading: coded(1, 22),
  fits: coded(32, 39),
  tight: coded(33, 39),
  over: coded(31, 39),
};

export const styleOf = (colour: boolean): Style => (colour ? COLOURED : PLAIN);
