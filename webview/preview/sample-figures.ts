// The figures of the samples: sizes of a LoRA run of a 7 B model and of a pre-training run of a 26 M one.

import type { TermName } from '../../src/memory/estimate.ts';
import type { ViewPhase } from '../../src/protocol/view-model.ts';

/** Sizes in GiB, as one would note them down. */
export interface Figures {
  readonly title: string;
  readonly subtitle: string;
  readonly terms: readonly (readonly [id: TermName, size: number, key: string | null, parts: readonly Part[]])[];
  readonly phases: readonly (readonly [ViewPhase['id'], number])[];
  readonly above: { readonly reserved: number; readonly device: number; readonly spread: number };
}
export type Part = readonly [
  what: string,
  where: 'layers' | 'embedding' | 'head' | 'model' | 'optimizer',
  share: number,
];

export const LORA_7B: Figures = {
  title: 'Qwen/Qwen2.5-7B-Instruct',
  subtitle: 'LLaMA-Factory · 7.62 B · 20.2 M',
  terms: [
    [
      'weights',
      14.19,
      'model_name_or_path',
      [
        ['linear', 'layers', 0.856],
        ['embedding', 'embedding', 0.072],
        ['linear', 'head', 0.072],
      ],
    ],
    [
      'activations',
      3.02,
      'cutoff_len',
      [
        ['checkpoint input', 'layers', 0.52],
        ['silu', 'layers', 0.21],
        ['linear', 'layers', 0.17],
        ['rms_norm', 'layers', 0.1],
      ],
    ],
    [
      'logits',
      2.32,
      'per_device_train_batch_size',
      [
        ['log_softmax', 'head', 0.5],
        ['float()', 'head', 0.5],
      ],
    ],
    ['temporaries', 0.61, null, [['linear backward', 'head', 1]]],
    [
      'optimizer',
      0.15,
      'optim',
      [
        ['exp_avg', 'optimizer', 0.5],
        ['exp_avg_sq', 'optimizer', 0.5],
      ],
    ],
    [
      'adapters',
      0.075,
      'lora_rank',
      [
        ['lora_A', 'layers', 0.46],
        ['lora_B', 'layers', 0.54],
      ],
    ],
    [
      'gradients',
      0.075,
      'lora_target',
      [
        ['lora_A.grad', 'layers', 0.46],
        ['lora_B.grad', 'layers', 0.54],
      ],
    ],
    ['buffers', 0.004, null, []],
  ],
  phases: [
    ['load', 14.27],
    ['forward', 19.6],
    ['backward', 20.44],
    ['optimizer', 14.9],
    ['eval', 18.1],
  ],
  above: { reserved: 0.34, device: 0.62, spread: 0.8 },
};

export const TINY: Figures = {
  title: 'minimind-26M',
  subtitle: 'MiniMind · 25.8 M',
  terms: [
    [
      'weights',
      0.096,
      'preset',
      [
        ['linear', 'layers', 0.87],
        ['embedding', 'embedding', 0.13],
      ],
    ],
    ['casts', 0.048, null, [['to(bf16)', 'layers', 1]]],
    ['gradients', 0.096, null, []],
    [
      'optimizer',
      0.192,
      'optimizer',
      [
        ['exp_avg', 'optimizer', 0.5],
        ['exp_avg_sq', 'optimizer', 0.5],
      ],
    ],
    [
      'activations',
      2.71,
      'sequence',
      [
        ['linear', 'layers', 0.6],
        ['softmax', 'layers', 0.4],
      ],
    ],
    ['logits', 1.22, 'micro', [['cross_entropy', 'head', 1]]],
  ],
  phases: [
    ['load', 0.096],
    ['forward', 4.1],
    ['backward', 4.36],
    ['optimizer', 0.48],
  ],
  above: { reserved: 0.12, device: 0.55, spread: 0.18 },
};

export const CAPACITIES = { '4090': 23.5, '4080': 15.6, tight: 21.6 } as const;

/** How a phase goes on its way through the model, in shares of its own peak. */
export const COURSES: Partial<Readonly<Record<ViewPhase['id'], readonly number[]>>> = {
  forward: [0.73, 0.78, 0.83, 0.88, 0.92, 0.9, 1],
  backward: [1, 0.97, 0.93, 0.89, 0.84, 0.79, 0.76],
};
