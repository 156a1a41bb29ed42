import { describe, expect, it, vi } from 'vitest';
import type { MarkupContent } from 'vscode-languageserver-types';
import { formatBytes } from '../../src/base/bytes.ts';
import { analyse } from '../../src/service/analyse.ts';
import type { Environment } from '../../src/service/analysis-types.ts';
import { hover } from '../../src/service/hover.ts';
import { environment } from '../support/environment.ts';
import { withoutCursor } from '../support/marked-text.ts';

vi.mock('../../src/memory/estimate-run.ts', () => import('../support/linear-estimate.ts'));

const CONFIG = `model_name_or_path: Qwen/Qwen2.5-0.5B
stage: sft
do_train: true
finetuning_type: lora
lora_rank: 16
lora_target: [q_proj, v_proj]
dataset: identity
template: qwen
cutoff_len: 2048
per_device_train_batch_size: 1
disable_gradient_checkpointing: true
learning_rate: 1.0e-4
`;

function hoverOn(marked: string, env: Environment = environment('RTX 4090')): string | null {
  const { text, position } = withoutCursor(marked);
  const found = hover(analyse(text, 'train.yaml', env), position);
  return found && (found.contents as MarkupContent).value;
}

const on = (key: string, inside: 'key' | 'value' = 'key', env?: Environment): string | null =>
  hoverOn(
    CONFIG.replace(inside === 'key' ? `${key}:` : `${key}: `, (found) =>
      inside === 'key' ? `$0${found}` : `${found}$0`,
    ),
    env,
  );

describe('hover', () => {
  it('on a length: now, half, double, the arithmetic, the default and its source', () => {
    expect(on('cutoff_len')).toMatchInlineSnapshot(`
      "**\`cutoff_len\`** · The most tokens a row may have. Activations and logits grow with it. Rows are padded to a multiple of 8, except in pre-training.

      | value | peak | change |
      |:--|--:|--:|
      | \`1024\` | 3.51 GiB | -1.89 GiB |
      | **\`2048\`** | 5.41 GiB | now |
      | \`4096\` | 9.20 GiB | +3.79 GiB |

      At the peak

      - activations: 1.39 GiB = micro-batch 1 × length 2048 × 714 KiB a token; largest: silu (layers) 1.05 GiB, copy (head) 357 MiB
      - logits: 2.32 GiB = micro-batch 1 × length 2048 × 1.16 MiB a token; largest: log\\_softmax (layers) 1.74 GiB, copy (head) 594 MiB

      Default: \`2048\` · Source: src/llamafactory/hparams/data\\_args.py\\@v0.9.5"
    `);
  });

  it('says the same on the value as on the key', () => {
    expect(on('cutoff_len', 'value')).toBe(on('cutoff_len'));
  });

  it('on a number that cannot be halved: only double', () => {
    expect(on('per_device_train_batch_size')).toMatchInlineSnapshot(`
      "**\`per_device_train_batch_size\`** · The micro-batch: rows in one forward pass on one GPU. Activations and logits grow with it.

      | value | peak | change |
      |:--|--:|--:|
      | **\`1\`** | 5.41 GiB | now |
      | \`2\` | 9.20 GiB | +3.79 GiB |

      At the peak

      - activations: 1.39 GiB = micro-batch 1 × length 2048 × 714 KiB a token; largest: silu (layers) 1.05 GiB, copy (head) 357 MiB
      - logits: 2.32 GiB = micro-batch 1 × length 2048 × 1.16 MiB a token; largest: log\\_softmax (layers) 1.74 GiB, copy (head) 594 MiB

      Default: \`8\` · Source: src/transformers/training\\_args.py\\@5.6.0"
    `);
  });

  it('on a switch: the other position', () => {
    expect(on('disable_gradient_checkpointing')).toMatchInlineSnapshot(`
      "**\`disable_gradient_checkpointing\`** · Gradient checkpointing is on unless this is true. Without it every layer keeps all its activations until the backward pass.

      | value | peak | change |
      |:--|--:|--:|
      | **\`true\`** | 5.41 GiB | now |
      | \`false\` | 4.07 GiB | -1.34 GiB |

      At the peak

      - activations: 1.39 GiB = micro-batch 1 × length 2048 × 714 KiB a token; largest: silu (layers) 1.05 GiB, copy (head) 357 MiB

      Default: \`false\` · Source: src/llamafactory/hparams/model\\_args.py\\@v0.9.5"
    `);
  });

  it('on the model: what is known of it', () => {
    expect(on('model_name_or_path')).toMatchInlineSnapshot(`
      "**\`model_name_or_path\`** · The model: an id on the Hugging Face Hub or ModelScope, or a folder. Loaded in the type of its checkpoint.

      **peak 5.41 GiB (5.14–5.68) · RTX 4090 24 GiB: fits**

      - 494 M parameters, 16 M trained
      - qwen2: 24 layers, width 896, vocabulary 151936
      - The checkpoint is stored in bf16.
      - Shape known by the id."
    `);
  });

  it('on a choice: the other choices', () => {
    expect(on('finetuning_type')).toMatchInlineSnapshot(`
      "**\`finetuning_type\`** · Which parameters are trained. Trained parameters are fp32 (16 bytes each with AdamW) unless \`pure_bf16\`.

      | value | peak | change |
      |:--|--:|--:|
      | **\`lora\`** | 5.41 GiB | now |
      | \`oft\` | 5.59 GiB | +187 MiB |
      | \`freeze\` | 5.32 GiB | -93.4 MiB |
      | \`full\` | 10.9 GiB | +5.45 GiB |

      At the peak

      - gradients: 61.0 MiB = 16 M trained parameters × 4 B; largest: gradient (layers) 45.8 MiB, copy (head) 15.3 MiB
      - optimizer: 122 MiB = 16 M trained parameters × 8 B; largest: exp\\_avg (layers) 91.6 MiB, copy (head) 30.5 MiB

      Default: \`lora\` · Source: src/llamafactory/hparams/finetuning\\_args.py\\@v0.9.5"
    `);
  });

  it('on an item of a list: its key', () => {
    expect(hoverOn(CONFIG.replace('v_proj', 'v_$0proj'))).toContain('`lora_target`');
  });

  it('is in Chinese for who reads Chinese', () => {
    expect(on('cutoff_len', 'key', environment('RTX 4090', 'zh-cn'))).toMatchInlineSnapshot(`
      "**\`cutoff_len\`** · 每行的最大 token 数。激活值和 logits 随之增长。除预训练外，行会填充到 8 的倍数。

      | 取值 | 峰值 | 变化 |
      |:--|--:|--:|
      | \`1024\` | 3.51 GiB | -1.89 GiB |
      | **\`2048\`** | 5.41 GiB | 当前 |
      | \`4096\` | 9.20 GiB | +3.79 GiB |

      峰值时刻

      - 激活值: 1.39 GiB = 微批 1 × 长度 2048 × 每 token 714 KiB; 最大的部分：silu (各层) 1.05 GiB、copy (输出头) 357 MiB
      - logits: 2.32 GiB = 微批 1 × 长度 2048 × 每 token 1.16 MiB; 最大的部分：log\\_softmax (各层) 1.74 GiB、copy (输出头) 594 MiB

      默认值: \`2048\` · 来源：src/llamafactory/hparams/data\\_args.py\\@v0.9.5"
    `);
  });

  it.each(['learning_rate', 'template', 'do_train'])('is nothing where nothing is to be added: %s', (key) => {
    expect(on(key)).toBeNull();
  });

  it('agrees with the headline at full depth too', () => {
    const deep = { ...environment('RTX 4090'), depth: 'allocator' as const };
    const peak = analyse(CONFIG, 'train.yaml', deep).estimate!.peak.device.expected;
    expect(on('cutoff_len', 'key', deep)).toContain(`| **\`2048\`** | ${formatBytes(peak)} | now |`);
  });

  it('still tells the default when there is no estimate', () => {
    const hovered = hoverOn(
      CONFIG.replace('Qwen/Qwen2.5-0.5B', 'someone/something').replace('cutoff_len', '$0cutoff_len'),
    );
    expect(hovered).toContain('2048');
    expect(hovered).not.toContain('GiB');
  });
});
