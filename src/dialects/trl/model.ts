// Which model, the type its weights are loaded in, and how they are packed.
// Source: trl/scripts/{sft,utils}.py and trl/trainer/{model_config,utils}.py; models/utils.py of 0.24.0 (prepare_peft_model).

import type { Dtype, Quantization, Weights } from '../../memory/run.ts';
import { quantizedCheckpoint } from '../hugging-face/quantized-checkpoint.ts';
import type { Read } from '../key-reader.ts';
import { type NamedModel, readModelReference } from '../model-reference.ts';
import type { Origin } from '../reading.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, oneOf, text } from '../value-parsers.ts';
import { olderThan } from '../versions.ts';
import type { Release } from './release.ts';

export function readModel({ keys, log, world, wanted }: Sheet): NamedModel | null {
  const name = log.setIf('model', keys.find('model_name_or_path', text));
  if (name === undefined) return null;
  const model = readModelReference(name, world);
  wanted.push(...model.wanted);
  return model;
}

type Loaded = Dtype | 'auto';
const TYPES = oneOf<Loaded>(
  {
    auto: 'auto',
    bfloat16: 'bf16',
    float16: 'fp16',
    float32: 'fp32',
    bf16: 'bf16',
    fp16: 'fp16',
    fp32: 'fp32',
    'torch.bfloat16': 'bf16',
    'torch.float16': 'fp16',
    'torch.float32': 'fp32',
  },
  ['auto', 'bfloat16', 'float16', 'float32'],
);

/** `cast`: whatever they are loaded in, something turns them all into one type. */
export function readWeights(sheet: Sheet, release: Release, model: NamedModel | null, cast: boolean): Partial<Weights> {
  const { keys, log, assumed } = sheet;
  const packed = readPacking(sheet, model);
  const prepared = packed !== 'none' && olderThan(release.trl, '0.26');
  const loaded = loadedType(sheet, release);
  // A packed model without a type was loaded in 16 bits, and what was turned into fp32 came back as bf16.
  const typed = prepared && loaded.origin.kind !== 'file' ? { value: 'bf16' as const, origin: loaded.origin } : loaded;
  const upcast = prepared ? { kbitUpcast: upcastOf(keys.get('bf16', boolean).value, packed) } : {};
  const weights = { quantization: packed, ...(packed === 'none' ? {} : { quantizer: 'bitsandbytes' }), ...upcast };
  if (typed.value !== 'auto') return { ...weights, dtype: log.set('weights.dtype', { ...typed, value: typed.value }) };
  log.set('weights.dtype', typed);
  if (!cast) assumed.push({ field: 'weights.dtype', value: 'auto', why: 'checkpoint-dtype' });
  return weights;
}

/** prepare_model_for_kbit_training makes all of it fp32; peft_module_casting_to_bf16 takes back all but norms, in 4 bits. */
const upcastOf = (bf16: boolean, packed: Quantization): Weights['kbitUpcast'] =>
  bf16 && packed !== 'int8' ? 'norms' : 'all';

function loadedType(sheet: Sheet, release: Release): Read<Loaded> {
  const { keys } = sheet;
  const inner = keys.below('model_init_kwargs');
  const written = inner?.find('dtype', TYPES) ?? inner?.find('torch_dtype', TYPES) ?? keys.find('dtype', TYPES);
  if (written) return written;
  // Since 0.27 TRL's own scripts parse what they know and pass over the rest.
  const ignored = release.scripts === 'trl' && !olderThan(release.trl, '0.27');
  if (ignored) keys.note('unknown-key', 'torch_dtype', { suggestion: 'dtype' });
  const older = ignored ? undefined : keys.find('torch_dtype', TYPES);
  return older ?? unsaidType(sheet, release);
}

/** from_pretrained without a type: fp32 before transformers 5, the checkpoint's since. */
function unsaidType({ keys }: Sheet, release: Release): Read<Loaded> {
  const unsaid = keys.get('dtype', TYPES);
  if (release.scripts === 'trl' && !olderThan(release.trl, '0.27')) return unsaid;
  const origin: Origin = { kind: 'default', source: 'transformers from_pretrained' };
  // Releases of TRL before 0.27 came before transformers 5.
  const fourth =
    olderThan(release.transformers, '5.0') || (release.transformers === undefined && olderThan(release.trl, '0.27'));
  return { value: fourth ? 'fp32' : 'auto', origin };
}

function readPacking({ keys, log }: Sheet, model: NamedModel | null): Quantization {
  const checkpoint = model && quantizedCheckpoint(model);
  const [four, eight] = [keys.get('load_in_4bit', boolean), keys.get('load_in_8bit', boolean)];
  if (checkpoint) {
    keys.idle('load_in_4bit', 'checkpoint-quantized');
    keys.idle('load_in_8bit', 'checkpoint-quantized');
    return log.infer('weights.quantization', checkpoint, 'quantized-checkpoint', log.fields.get('model')?.origin);
  }
  if (eight.value) return log.set('weights.quantization', { value: 'int8', origin: eight.origin });
  if (!four.value) return log.set('weights.quantization', { value: 'none', origin: four.origin });
  const type = keys.get('bnb_4bit_quant_type', oneOf({ nf4: 'nf4', fp4: 'fp4' } as const)).value;
  const nested = keys.get('use_bnb_nested_quant', boolean).value;
  const value = type === 'fp4' ? 'fp4' : nested ? 'nf4-double' : 'nf4';
  return log.set<Quantization>('weights.quantization', { value, origin: four.origin });
}
