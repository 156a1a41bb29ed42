// Small models to compute in tests: every feature of the programs with numbers, at sizes that take a fraction of a second.

import { resolveModel } from '../../src/catalogue/resolve-model.ts';
import { type Plan, planOf } from '../../src/memory/plan.ts';
import { completeRun, type ModelConfig, type RunInput } from '../../src/memory/run.ts';
import type { ModelShape } from '../../src/memory/shape.ts';
import { twinOf } from '../../src/profiler/twin.ts';

type Changes = Partial<Omit<RunInput, 'model'>> & { readonly config?: ModelConfig };

const LLAMA: ModelConfig = {
  model_type: 'llama',
  hidden_size: 32,
  intermediate_size: 48,
  num_hidden_layers: 3,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 96,
};

export function shapeOf(config: ModelConfig): ModelShape {
  const model = resolveModel({ config }, () => null);
  if (model.kind !== 'known') throw new Error(`no shape: ${model.why} ${model.detail}`);
  return model.shape;
}

export function smallRun({ config = {}, ...changes }: Changes = {}) {
  const merged = { ...LLAMA, ...config };
  const run = completeRun({ model: { config: merged }, batch: { micro: 2, sequence: 32 }, ...changes });
  return { run, shape: shapeOf(merged) };
}

/** The twin of a small run, ready to be computed. */
export function smallPlan(changes: Changes = {}): Plan {
  const { run, shape } = smallRun(changes);
  const plan = planOf(twinOf(run).run, shape, null);
  if (!plan.ok) throw new Error(`${plan.error.field}: ${plan.error.value}`);
  return plan.value;
}

const LORA = { kind: 'lora', rank: 4 } as const;
const CHECKPOINTS = { kind: 'full' } as const;

/** What is computed, by name. */
export const COMPUTED_RUNS: Readonly<Record<string, Changes>> = {
  'llama, fused attention': {},
  'llama, attention written out': { attention: 'eager' },
  'llama, one row': { attention: 'eager', batch: { micro: 1, sequence: 64 } },
  'llama, checkpointed': { checkpointing: CHECKPOINTS },
  'llama, LoRA everywhere': { method: { ...LORA, dropout: 0.1 } },
  'llama, LoRA on two, checkpointed': {
    method: { ...LORA, targets: ['q_proj', 'v_proj'] },
    checkpointing: CHECKPOINTS,
  },
  'llama, the last layer trained': { method: { kind: 'freeze', trainableLayers: 1 } },
  'llama, AdamW over lists': { optimizer: { implementation: 'foreach' } },
  'llama, AdamW one by one': { optimizer: { implementation: 'loop' } },
  'llama, SGD': { optimizer: { name: 'sgd', implementation: 'foreach', momentum: 0.9 } },
  mistral: { config: { model_type: 'mistral' } },
  'qwen2: biases': { config: { model_type: 'qwen2' } },
  'qwen3: head norms, tied': { config: { model_type: 'qwen3', head_dim: 8, tie_word_embeddings: true } },
};
