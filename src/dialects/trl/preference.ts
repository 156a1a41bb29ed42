// What the stages after supervised fine-tuning need beside the trained model: a reference, and somebody who writes completions.
// Source: trl/trainer/{dpo,kto,grpo}_trainer.py and grpo_config.py (__post_init__), 1.16.0.

import type { Batch, Method, Reference, Rollout, Stage } from '../../memory/run.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, decimal, integer, oneOf } from '../value-parsers.ts';
import { olderThan } from '../versions.ts';
import type { Release } from './release.ts';

/** GRPO's weight of the reference where the file has none; 0.04 before 0.19. */
const NO_WEIGHT = 0;
const OLD_WEIGHT = 0.04;

export function readReference(
  sheet: Sheet,
  release: Release,
  stage: Stage,
  method: Method['kind'],
): Reference | undefined {
  const { keys, log } = sheet;
  if (stage !== 'dpo' && stage !== 'kto' && stage !== 'grpo') return undefined;
  const own: Reference = method === 'lora' ? 'adapter-off' : 'model';
  if (stage === 'grpo') {
    const beta = keys.find('beta', decimal(0, 1e6));
    const weight = beta?.value ?? (olderThan(release.trl, '0.19') ? OLD_WEIGHT : NO_WEIGHT);
    return log.infer('reference', weight === 0 ? 'none' : own, 'reference-by-beta', beta?.origin);
  }
  const before = keys.get('precompute_ref_log_probs', boolean);
  return log.set('reference', { value: before.value ? 'precomputed' : own, origin: before.origin });
}

const MODES = oneOf<Rollout['engine']>({ colocate: 'vllm', server: 'server' });
const COUNT = integer(1, 1e6);

export function readRollout(sheet: Sheet, release: Release, batch: Batch, gpus: number): Partial<Rollout> {
  const { keys, log } = sheet;
  const vllm = keys.get('use_vllm', boolean);
  const mode = keys.get('vllm_mode', MODES);
  // Before 0.18 vLLM had a card of its own.
  const engine = !vllm.value ? 'transformers' : olderThan(release.trl, '0.18') ? 'server' : mode.value;
  const asked = keys.find('generation_batch_size', COUNT);
  const steps = keys.find('steps_per_generation', COUNT)?.value ?? batch.accumulation;
  const rows = asked ? Math.max(1, Math.round(asked.value / gpus)) : batch.micro * steps;
  return {
    engine: log.set('rollout.engine', { value: engine, origin: vllm.value ? mode.origin : vllm.origin }),
    completionTokens: log.set('rollout.completionTokens', keys.get('max_completion_length', integer(1, 1e8))),
    rows,
    share: log.set('rollout.share', keys.get('vllm_gpu_memory_utilization', decimal(0, 1))),
    sleeps: log.set('rollout.sleeps', keys.get('vllm_enable_sleep_mode', boolean)),
  };
}
