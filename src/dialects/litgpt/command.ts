// Which of LitGPT's commands a file is for. The file does not say; its keys, its output folder and its name do.

import type { Method, Stage } from '../../memory/run.ts';
import type { World } from '../dialect.ts';
import type { FieldLog, KeyReader } from '../key-reader.ts';
import type { Origin } from '../reading.ts';
import { text } from '../value-parsers.ts';

export interface Command {
  readonly method: Extract<Method['kind'], 'full' | 'lora' | 'adapter-v1' | 'adapter-v2'>;
  readonly stage: Extract<Stage, 'pretrain' | 'sft'>;
}

const LORA_KEYS = [
  ...(['lora_r', 'lora_alpha', 'lora_dropout', 'lora_query', 'lora_key'] as const),
  ...(['lora_value', 'lora_projection', 'lora_mlp', 'lora_head'] as const),
];
const PRETRAIN_KEYS = ['model_name', 'model_config', 'initial_checkpoint_dir'];

export function readCommand(keys: KeyReader, log: FieldLog, world: World): Command {
  const [method, stage, key] = commandOf(keys, world);
  const from = originOf(keys, key);
  log.infer('method.kind', method, 'litgpt-command', from);
  log.infer('stage', stage, 'litgpt-command', from);
  return { method, stage };
}

function commandOf(keys: KeyReader, world: World): [method: Command['method'], stage: Command['stage'], by: string] {
  const written = (names: readonly string[]): string | undefined => names.find((key) => keys.entry(key));
  const lora = written(LORA_KEYS);
  if (lora) return ['lora', 'sft', lora];
  const pretrain = written(PRETRAIN_KEYS);
  if (pretrain) return ['full', 'pretrain', pretrain];
  const named = methodNamed(keys.find('out_dir', text)?.value ?? '') ?? methodNamed(world.fileName);
  // Full fine-tuning has no `quantize`, and alone has `resume`.
  if (keys.has('quantize')) return [named && named !== 'full' ? named : 'lora', 'sft', 'quantize'];
  if (keys.entry('resume')) return ['full', 'sft', 'resume'];
  return [named ?? 'full', 'sft', 'out_dir'];
}

/** As LitGPT names its folders: `out/finetune/adapter-v2`, `config_hub/finetune/…/lora.yaml`. */
function methodNamed(path: string): Command['method'] | undefined {
  const name = path.toLowerCase();
  if (/adapter[-_]?v2/.test(name)) return 'adapter-v2';
  if (name.includes('adapter')) return 'adapter-v1';
  return name.includes('lora') ? 'lora' : undefined;
}

function originOf(keys: KeyReader, key: string): Origin | undefined {
  const entry = keys.entry(key);
  return entry && { kind: 'file', key, keySpan: entry.keySpan, span: entry.value.span };
}
