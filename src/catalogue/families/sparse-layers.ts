// Which layers of a Qwen mixture have experts: every `decoder_sparse_step`-th, save those the file keeps dense.

import { layerNumbersOr, sizeOr } from './fields.ts';

export const sparseFields = () => ({
  decoder_sparse_step: sizeOr(1),
  mlp_only_layers: layerNumbersOr([]),
});

export interface SparseRule {
  readonly decoder_sparse_step: number;
  readonly mlp_only_layers: readonly number[];
}

export const isSparse = (c: SparseRule, layer: number): boolean =>
  (layer + 1) % c.decoder_sparse_step === 0 && !c.mlp_only_layers.includes(layer);
