// Types: of the weights as loaded, and of the arithmetic, which follows them.
// Source: _init_mixed_precision in swift/arguments/base_args/model_args.py, v4.5.2.

import type { Autocast, Dtype, Weights } from '../../memory/run.ts';
import { castByEngine, type Half } from '../hugging-face/precision.ts';
import type { Sharding } from '../hugging-face/sharding.ts';
import type { Read } from '../key-reader.ts';
import type { NamedModel } from '../model-reference.ts';
import type { Sheet } from '../sheet.ts';
import { boolean } from '../value-parsers.ts';
import { DTYPES } from './method.ts';
import type { Packing } from './model.ts';

export interface Precision {
  readonly weights: Partial<Weights>;
  readonly autocast: Autocast;
  /** The type DeepSpeed's engine casts everything to, adapters too; null: no engine does. */
  readonly engineDtype: Half | null;
}

export function readPrecision(
  sheet: Sheet,
  { stated, autocast }: Types,
  packing: Packing,
  sharding: Sharding,
): Precision {
  const { log, assumed } = sheet;
  if (sharding.engine === 'deepspeed' && autocast.value !== 'none') {
    const half = { value: autocast.value, origin: autocast.origin };
    return { weights: { ...packing, ...castByEngine(sheet, half) }, autocast: 'none', engineDtype: half.value };
  }
  if (!stated) {
    log.infer('weights.dtype', 'auto', 'checkpoint-dtype', log.fields.get('model')?.origin);
    assumed.push({ field: 'weights.dtype', value: 'auto', why: 'checkpoint-dtype' });
  }
  // accelerate's preparation for FSDP2 turns what is trained into fp32, unless some of it is packed in 4 bits.
  const upcast = sharding.engine === 'fsdp' && autocast.value !== 'none' && packing.quantization === 'none';
  return {
    weights: {
      ...packing,
      ...(stated ? { dtype: log.set('weights.dtype', stated) } : {}),
      ...(upcast ? { trainableDtype: log.infer('weights.trainableDtype', 'fp32', 'fsdp-upcasts') } : {}),
    },
    autocast: log.set('autocast', autocast),
    engineDtype: null,
  };
}

export interface Types {
  /** `torch_dtype`; undefined: as the checkpoint. */
  readonly stated: Read<Dtype> | undefined;
  readonly autocast: Read<Autocast>;
}

export function readTypes(sheet: Sheet, model: NamedModel | null): Types {
  const stated = sheet.keys.find('torch_dtype', DTYPES);
  return { stated, autocast: readAutocast(sheet, stated, model) };
}

/** bf16 weights are computed in bf16, all others in fp16, unless the file says otherwise. */
function readAutocast({ keys, log }: Sheet, stated: Read<Dtype> | undefined, model: NamedModel | null): Read<Autocast> {
  const named = model?.model.config?.dtype ?? model?.model.config?.torch_dtype;
  const checkpoint = named === 'float16' || named === 'float32' ? 'fp16' : 'bf16';
  const own = stated ? (stated.value === 'bf16' ? 'bf16' : 'fp16') : checkpoint;
  const [bf16, fp16] = [keys.find('bf16', boolean), keys.find('fp16', boolean)];
  if (bf16?.value ?? own === 'bf16') return { value: 'bf16', origin: bf16?.origin ?? typeOrigin() };
  if (fp16?.value ?? own === 'fp16') return { value: 'fp16', origin: fp16?.origin ?? typeOrigin() };
  return { value: 'none', origin: (fp16 ?? bf16)?.origin ?? typeOrigin() };

  function typeOrigin(): Read<Autocast>['origin'] {
    return stated?.origin ?? log.fields.get('model')?.origin ?? { kind: 'inferred', why: 'checkpoint-dtype' };
  }
}
