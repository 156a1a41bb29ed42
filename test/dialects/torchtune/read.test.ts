// Each file read by hand against the recipes of torchtune 0.7.0, and what we read of it.

import { describe, expect, it } from 'vitest';
import { readFixture, readText, told } from '../read-fixture.ts';

const read = (name: string) => readFixture(`torchtune/${name}.yaml`);

const ALL_LINEARS = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'];
const LINEAR_LOSS = { kind: 'chunked', form: 'head-inside', scope: 'head+loss', chunks: 8 };

describe('configs of torchtune', () => {
  it.each([
    [
      'full-one-gpu',
      {
        model: { id: 'meta-llama/Llama-3.2-1B' },
        framework: { name: 'torchtune', compile: false },
        stage: 'sft',
        method: { kind: 'full' },
        weights: { dtype: 'bf16' },
        autocast: 'none',
        attention: 'sdpa',
        mask: 'none',
        loss: LINEAR_LOSS,
        checkpointing: { kind: 'full', reentrant: false, offload: false },
        optimizer: { name: 'adamw', library: 'torch', implementation: 'fused', inBackward: false },
        batch: { micro: 4, accumulation: 8, sequence: 2048, packed: false },
        clip: true,
        parallel: { gpus: 1 },
      },
    ],
    [
      'lora-qv',
      {
        model: { id: 'meta-llama/Llama-3.1-8B' },
        method: { kind: 'lora', rank: 8, dropout: 0, dora: false, targets: ['q_proj', 'v_proj'], adapterDtype: 'bf16' },
        loss: { kind: 'chunked', scope: 'head+loss', chunks: 16 },
        checkpointing: { kind: 'none' },
        optimizer: { implementation: 'foreach' },
        batch: { micro: 2, accumulation: 1, sequence: 1024 },
        clip: false,
      },
    ],
    [
      'lora-everything',
      {
        model: { id: 'Qwen/Qwen2.5-7B', config: { max_position_embeddings: 32_768 } },
        method: { kind: 'lora', rank: 32, dropout: 0.05, targets: [...ALL_LINEARS, 'lm_head'] },
        attention: 'flex',
        checkpointing: { kind: 'full', offload: true },
        batch: { micro: 1, accumulation: 16, sequence: 4096, packed: true },
      },
    ],
    [
      'qlora',
      {
        model: { id: 'mistralai/Mistral-7B-v0.1' },
        method: { kind: 'lora', rank: 64, targets: ALL_LINEARS },
        weights: { dtype: 'bf16', quantization: 'nf4-double', quantizer: 'torchao' },
      },
    ],
    [
      'qdora',
      {
        method: { kind: 'lora', dora: true, rank: 16 },
        weights: { quantization: 'nf4-double' },
        loss: { kind: 'full' },
        optimizer: { implementation: 'loop' },
      },
    ],
    [
      'low-memory',
      {
        model: { id: 'Qwen/Qwen3-4B', config: { max_position_embeddings: 40_960 } },
        optimizer: { name: 'adamw', library: 'bitsandbytes', bits: 8, paged: true, inBackward: true },
        clip: false,
      },
    ],
    [
      'eight-gpus',
      {
        model: { id: 'meta-llama/Llama-3.3-70B-Instruct' },
        parallel: {
          gpus: 8,
          strategy: 'fsdp2',
          tensor: 2,
          context: 1,
          offload: 'both',
          settings: { reshardAfterForward: false, wrap: 'embed | blocks | head' },
        },
      },
    ],
    [
      'hybrid',
      {
        weights: { dtype: 'fp32' },
        optimizer: { name: 'sgd', momentum: 0.9 },
        parallel: { gpus: 8, strategy: 'hsdp', settings: { shardGroup: 2, reshardAfterForward: true } },
      },
    ],
    [
      'own-shape',
      {
        model: {
          config: {
            model_type: 'llama',
            vocab_size: 32_000,
            hidden_size: 2048,
            num_hidden_layers: 22,
            num_key_value_heads: 4,
            intermediate_size: 5632,
            tie_word_embeddings: false,
          },
        },
        weights: { dtype: 'fp32' },
      },
    ],
    [
      'references',
      {
        model: { id: 'meta-llama/Llama-3.2-3B' },
        batch: { micro: 4, accumulation: 3, sequence: 1024, packed: true, evalMicro: 2 },
      },
    ],
    ['preferences', { stage: 'dpo', method: { targets: ['q_proj', 'v_proj', 'o_proj', ...ALL_LINEARS.slice(4)] } }],
    ['teacher', { stage: 'distillation', model: { id: 'Qwen/Qwen2-0.5B' } }],
    [
      'rewards',
      {
        stage: 'ppo',
        model: { id: 'meta-llama/Llama-2-7b-hf' },
        optimizer: { library: 'bitsandbytes', bits: 32, paged: true, stateDtype: 'fp32', inBackward: true },
      },
    ],
    [
      'quantisation-aware',
      {
        model: { id: 'microsoft/phi-4' },
        framework: { kernels: ['qat'], compile: true },
        parallel: { gpus: 2, strategy: 'fsdp2' },
      },
    ],
    [
      'not-cut',
      {
        model: { id: 'google/gemma-2-2b' },
        optimizer: { name: 'adamw', library: 'torchao', bits: 8 },
        checkpointing: { kind: 'none' },
        parallel: { gpus: 1 },
      },
    ],
  ])('%s', (name, expected) => {
    const { dialect, reading } = read(name);
    expect(dialect).toBe('torchtune');
    expect(reading.purpose).toBe('training');
    expect(reading.run).toMatchObject(expected);
  });

  it('say what is assumed of the length', () => {
    const assumed = (name: string) => read(name).reading.assumed.map((a) => `${a.field} ${a.why}`);
    expect(assumed('full-one-gpu')).toEqual(['batch.sequence rows-at-cutoff']);
    expect(assumed('lora-everything')).toEqual([]);
    expect(assumed('not-cut')).toEqual(['batch.sequence longest-sample-unknown']);
  });

  it('say what they cannot read, and go on', () => {
    expect(told(read('mistakes'))).toEqual([
      'unreadable-value batch_size @ -1',
      'unreadable-value model.lora_rank @ many',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: OmegaConf's own sign
      'unreadable-value tokenizer.max_seq_len @ ${longest}',
    ]);
    expect(told(read('not-cut'))).toEqual([
      'key-without-effect enable_activation_offloading @ enable_activation_offloading',
    ]);
    expect(read('mistakes').reading.run).toMatchObject({ method: { rank: 8 }, batch: { micro: 1 } });
  });

  it('train nothing where they generate', () => {
    expect(read('generation').reading).toMatchObject({ purpose: 'inference', run: null });
  });

  it('name the builder where nobody knows it', () => {
    const text = 'model: {_component_: torchtune.models.new.new_9b}\ndtype: bf16\nbatch_size: 1\noptimizer: {}\n';
    expect(readText(text).reading.run?.model).toEqual({ id: 'torchtune.models.new.new_9b' });
    const incomplete = text.replace('new.new_9b', 'llama3.llama3');
    expect(told(readText(incomplete))).toEqual(['missing-model model @ model']);
  });
});
