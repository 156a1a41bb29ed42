// Repairs that several rules offer: another word in the place of one, or no key at all.

import { removeKey } from '../../yaml/edit.ts';
import { entryAtOffset } from '../../yaml/locate.ts';
import type { Span } from '../../yaml/source-doc.ts';
import { wordsOf } from '../headline.ts';
import type { Training } from '../training.ts';
import type { Fix } from './rule.ts';

/** Candidates for the word at a span, best first; only a single candidate is almost certainly meant. */
export function replaceWord(a: Training, span: Span, candidates: readonly string[]): readonly Fix[] {
  const written = a.doc.text.slice(span.start, span.end);
  const quote = /^["']/.exec(written)?.[0] ?? '';
  const from = quote === '' ? written : written.slice(1, -1);
  return candidates.map((to) => ({
    title: wordsOf(a).fixes.replace(from, to),
    preferred: candidates.length === 1,
    does: { edits: [{ span, newText: `${quote}${to}${quote}` }] },
  }));
}

/** Removes the key that stands at a span, with its value. */
export function removeAt(a: Training, span: Span, preferred: boolean): readonly Fix[] {
  const place = entryAtOffset(a.doc, span.start);
  const edits = place ? removeKey(a.doc, place.path) : [];
  if (!place || edits.length === 0) return [];
  return [{ title: wordsOf(a).fixes.removeKey(place.entry.key), preferred, does: { edits } }];
}
