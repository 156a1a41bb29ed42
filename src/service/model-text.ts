// The model in words: what is known of it, and from where.

import { wordsOf } from './headline.ts';
import { bullets, type Markdown, plain } from './markdown.ts';
import { printCount } from './print-range.ts';
import type { Training } from './training.ts';

export function modelText(a: Training): Markdown | null {
  if (a.model?.kind !== 'known') return null;
  const { shape, source, base } = a.model;
  const words = wordsOf(a).hover;
  const { family, layers, hidden, vocabulary } = shape;
  return bullets(
    [
      a.estimate ? words.parameters(printCount(a.estimate.parameters), printCount(a.estimate.trainable)) : null,
      words.family(family, String(layers.length), String(hidden), String(vocabulary)),
      shape.dtype ? words.checkpoint(shape.dtype) : null,
      words.shapeFrom[source],
      base === undefined ? null : words.sameShapeAs(base),
    ]
      .filter((line) => line !== null)
      .map(plain),
  );
}
