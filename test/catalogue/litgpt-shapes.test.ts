// Every shape litgpt ships, against ours. Its vocabulary is padded or the tokenizer's; the hub's lies between the two.
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { resolveModel } from '../../src/catalogue/resolve-model.ts';

interface LitgptShape {
  readonly hf: string;
  readonly n_embd: number;
  readonly intermediate_size: number;
  readonly n_layer: number;
  readonly n_head: number;
  readonly n_query_groups: number;
  readonly head_size: number;
  readonly vocab_size: number;
  readonly padded_vocab_size: number;
}

const path = new URL('../../../shared/corpus/_shapes/litgpt-model-shapes.json', import.meta.url);
const shapes: readonly LitgptShape[] = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : [];
if (shapes.length === 0) console.log('skipped: the shapes of litgpt are not on this machine');

// Where litgpt's file is not the hub's.
const ELSEWHERE: Readonly<Record<string, string>> = {
  // The vision models' table has 64 rows more than the text model's that litgpt loads.
  'google/gemma-3-4b-it': 'vocabulary 262,208',
  'google/gemma-3-12b-it': 'vocabulary 262,208',
  'google/gemma-3-27b-it': 'vocabulary 262,208',
  'garage-bAInd/Platypus2-70B': 'litgpt gives it 64 key and value heads; it is Llama-2-70b with 8',
};

test.skipIf(shapes.length === 0)('the shapes of litgpt are ours', () => {
  const different = shapes.flatMap((s) => {
    const model = resolveModel({ id: s.hf }, () => null);
    if (model.kind === 'unknown') return [`${s.hf}: ${model.why}`];
    const { shape } = model;
    const kind = shape.kinds[0];
    const ours = [
      shape.hidden,
      shape.layers.length,
      kind?.attention?.heads,
      kind?.attention?.kvHeads,
      kind?.attention?.headDim,
    ];
    const theirs = [s.n_embd, s.n_layer, s.n_head, s.n_query_groups, s.head_size];
    if (kind?.inner !== undefined) {
      ours.push(kind.inner);
      theirs.push(s.intermediate_size);
    }
    const vocabulary = shape.vocabulary >= s.vocab_size && shape.vocabulary <= s.padded_vocab_size;
    if (s.hf in ELSEWHERE || (vocabulary && String(ours) === String(theirs))) return [];
    return [`${s.hf}: ${ours} V ${shape.vocabulary}, litgpt ${theirs} V ${s.vocab_size} to ${s.padded_vocab_size}`];
  });
  expect(different).toEqual([]);
  expect(shapes.length).toBe(210);
});
