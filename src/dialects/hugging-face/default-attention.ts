// The attention of a model for which nobody names one.

import type { Attention } from '../../memory/run.ts';
import type { NamedModel } from '../model-reference.ts';
import type { Sheet } from '../sheet.ts';

/** transformers takes SDPA, but for models whose scores it cannot do: soft-capped ones, and those with sinks. */
export function defaultAttention({ log }: Sheet, model: NamedModel | null): Attention {
  const type = model?.model.config?.model_type;
  const eager =
    typeof type === 'string'
      ? type === 'gemma2' || type === 'gpt_oss'
      : /gemma-?2(?![0-9])|gpt-oss/i.test(model?.name ?? '');
  return eager
    ? log.infer('attention', 'eager', 'no-sdpa-for-model')
    : log.infer('attention', 'sdpa', 'transformers-sdpa');
}
