// Token embedding (aten/src/ATen/native/cuda/Embedding.cu, EmbeddingBackwardKernel.cu).

import type { Engine } from '../engine/engine.ts';
import { around } from '../engine/module.ts';
import { label } from '../engine/sink.ts';
import { elementsOf, type Parameter, type Slot, type Tensor } from '../engine/tensor.ts';

const OUTPUT = label('embedding', 'activations');
const GRADIENT = label('embedding gradient', 'gradients');
const SORT = label('embedding backward: sorted ids', 'temporaries');
const PARTIAL = label('embedding backward: partial sums', 'temporaries');
/** Up to this many tokens one kernel adds directly; above it ids are sorted and summed in segments. */
const DIRECT_TOKENS = 3072;
const IDS_PER_SEGMENT = 10;

export function embedding(e: Engine, ids: Tensor, table: Parameter): Tensor {
  return around(e, [table], ids, (input) => lookUp(e, input, table));
}

function lookUp(e: Engine, ids: Tensor, table: Parameter): Tensor {
  const { dtype } = table.tensor;
  const tokens = ids.elements;
  const saved: Slot[] = [];
  if (e.needsGrad(table.tensor)) e.save(saved, ids);
  const out = e.make(tokens * table.cols, dtype, OUTPUT);
  return e.record(out, [table.tensor], saved, (b) => [
    tokens <= DIRECT_TOKENS ? b.make(elementsOf(table), dtype, GRADIENT) : sortedBackward(b, tokens, table),
  ]);
}

function sortedBackward(e: Engine, tokens: number, table: Parameter): Tensor {
  const ids = (): Tensor => e.make(tokens, 'i64', SORT);
  const sorted = [ids(), ids()];
  const range = ids();
  e.scratch(tokens * 18, SORT); // radix sort of pairs
  e.release(range);
  const gradient = e.make(elementsOf(table), table.tensor.dtype, GRADIENT);
  const segments = [ids(), ids(), ids()];
  const parts = Math.floor(tokens / IDS_PER_SEGMENT) + Math.min(tokens, table.rows);
  const offsets = e.make(parts, 'i64', PARTIAL);
  e.scratch(parts * table.cols * 4, PARTIAL);
  for (const t of [offsets, ...segments, ...sorted]) e.release(t);
  return gradient;
}
