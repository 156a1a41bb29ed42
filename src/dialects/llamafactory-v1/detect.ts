// Is this a file of LLaMA-Factory's second generation? It names the model `model` and nests its plugins, each with a `name`.

import type { MapNode, SourceDoc } from '../../yaml/source-doc.ts';
import { type Claim, claimOf, cluesOf, has, type Words } from '../clues.ts';
import type { Detection } from '../dialect.ts';
import type { Reading } from '../reading.ts';

const WORDS: Words = {
  own: cluesOf({
    model_class: [0.3, 'llm', 'cls', 'other'],
    dist_config: 0.3,
    peft_config: 0.3,
    kernel_config: 0.25,
    quant_config: 0.25,
    init_config: 0.2,
    sample_backend: [0.25, 'hf', 'vllm'],
  }),
  shared: cluesOf({ model: 0.1, train_dataset: 0.15, cutoff_len: 0.2, micro_batch_size: 0.1, batching_strategy: 0.15 }),
  foreign: new Set([
    'model_name_or_path',
    'base_model',
    'apiVersion',
    'services',
    'jobs',
    'defaults',
    '_target_',
    '_component_',
  ]),
};

export const detect = (doc: SourceDoc): Detection => ourClaim(doc) ?? { score: 0, reasons: [] };

export function ourClaim(doc: SourceDoc): Claim | null {
  const claim = claimOf(doc, WORDS);
  return claim && has(claim.root, 'model') ? claim : null;
}

/** Training needs data; `export_dir` stands in the adapter's own settings. */
export function purposeOf(root: MapNode): Reading['purpose'] {
  const peft = root.entries.find((e) => e.key === 'peft_config')?.value;
  if (peft?.kind === 'map' && has(peft, 'export_dir')) return 'export';
  if (has(root, 'train_dataset')) return 'training';
  return has(root, 'eval_dataset') ? 'evaluation' : 'inference';
}
