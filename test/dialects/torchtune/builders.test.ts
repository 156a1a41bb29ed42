// Our catalogue of builders against the shapes that torchtune's own code gives them.

import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveModel } from '../../../src/catalogue/resolve-model.ts';
import { builderNames, modelNamed } from '../../../src/dialects/torchtune/builders.ts';

const SHAPES = join(import.meta.dirname, '../../../../shared/corpus/_shapes/torchtune-builders.json');
const present = existsSync(SHAPES);
if (!present) console.log(`skipped: no shapes at ${relative(process.cwd(), SHAPES)}`);

interface Built {
  readonly shape: Readonly<Record<string, number | boolean>>;
}
const built: Readonly<Record<string, Built>> = present ? JSON.parse(readFileSync(SHAPES, 'utf8')) : {};
const shapes = new Map(Object.entries(built).map(([path, { shape }]) => [path.slice(path.indexOf('.') + 1), shape]));

const shapeOf = (builder: string) => {
  const model = resolveModel(modelNamed(builder) ?? {}, () => null);
  if (model.kind === 'unknown' || model.width > 0) throw new Error(`${builder}: not in the catalogue`);
  return model.shape;
};

it.each(builderNames)('%s is a model of the catalogue', (name) => {
  expect(() => shapeOf(name)).not.toThrow();
});

describe.skipIf(!present)('the shape that torchtune builds', () => {
  const listed = builderNames.filter((name) => (shapes.get(name)?.num_layers ?? 0) !== 0);

  it.each(listed)('%s', (name) => {
    const theirs = shapes.get(name) ?? {};
    const ours = shapeOf(name);
    const [kind] = ours.kinds;
    const width = Number(theirs.embed_dim);
    expect({
      vocabulary: ours.vocabulary,
      hidden: ours.hidden,
      layers: ours.layers.length,
      attention: [kind?.attention?.heads, kind?.attention?.kvHeads, kind?.attention?.headDim],
      inner: kind?.inner,
      positions: ours.maxPositions,
    }).toEqual({
      vocabulary: theirs.vocab_size,
      hidden: width,
      layers: theirs.num_layers,
      attention: [theirs.num_heads, theirs.num_kv_heads, theirs.head_dim ?? width / Number(theirs.num_heads)],
      inner: theirs.intermediate_dim ?? kind?.inner,
      positions: theirs.max_seq_len,
    });
  });
});
