// Types: of the weights as loaded, of what is trained, and of the arithmetic.
// Source: resolve_dtype in src/axolotl/utils/config/__init__.py, _configure_precision_settings in core/builders/base.py, v0.18.0.

import type { Autocast, Dtype, Quantization, Weights } from '../../memory/run.ts';
import { castByEngine, type Half } from '../hugging-face/precision.ts';
import type { Sharding } from '../hugging-face/sharding.ts';
import type { Read } from '../key-reader.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, oneOf } from '../value-parsers.ts';

export interface Precision {
  readonly weights: Partial<Weights> & Pick<Weights, 'dtype'>;
  readonly autocast: Autocast;
  /** The type DeepSpeed's engine casts everything to, adapters too; null: no engine does. */
  readonly engineDtype: Half | null;
}

/** What else decides about types. */
export interface About {
  readonly quantization: Quantization;
  readonly sharding: Sharding;
  /** Adapters, a kernel that wants 16 bits, or Cut Cross Entropy turn embeddings and norms back (_configure_embedding_dtypes). */
  readonly castsBack: boolean;
}

export function readPrecision(sheet: Sheet, { quantization, sharding, castsBack }: About): Precision {
  const { keys, log } = sheet;
  const { dtype, autocast } = readTypes(sheet, quantization);
  const fp8 = keys.get('fp8', boolean);
  const packing = {
    quantization,
    // accelerate's recipe for torchao: one scale a tensor.
    ...(fp8.value
      ? { linear: log.set('weights.linear', { value: 'fp8-tensorwise' as const, origin: fp8.origin }) }
      : {}),
  };
  if (sharding.engine === 'deepspeed' && autocast.value !== 'none') {
    const cast = castByEngine(sheet, { value: autocast.value, origin: autocast.origin });
    return { weights: { ...packing, ...cast }, autocast: 'none', engineDtype: autocast.value };
  }
  // FSDP1 in accelerate turns what is trained into fp32; axolotl's own preparation for FSDP2 does not
  // (monkeypatch/accelerate/fsdp2.py).
  const upcast = sharding.parallel.strategy === 'fsdp1' && autocast.value !== 'none';
  const tables = sharding.engine !== 'fsdp' && !castsBack && dtype.value !== 'fp32';
  return {
    weights: {
      ...packing,
      dtype: log.set('weights.dtype', dtype),
      ...(tables ? { kbitUpcast: log.infer('weights.kbitUpcast', 'norms and embeddings', 'embeddings-in-fp32') } : {}),
      ...(upcast ? { trainableDtype: log.infer('weights.trainableDtype', 'fp32', 'fsdp-upcasts') } : {}),
    },
    autocast: log.set('autocast', autocast),
    engineDtype: null,
  };
}

/** `auto` is bf16 on every card this is asked for; on those before Ampere it is fp16. */
const BF16 = oneOf(
  { auto: 'auto', true: 'bf16', bf16: 'bf16', bfloat16: 'bf16', full: 'full', false: 'none', none: 'none' } as const,
  ['auto', 'true', 'false'],
);

interface Types {
  readonly dtype: Read<Dtype>;
  readonly autocast: Read<Autocast>;
}

function readTypes({ keys }: Sheet, quantization: Quantization): Types {
  const bf16 = keys.get('bf16', BF16);
  const [fp16, bfloat16, float16] = [
    keys.get('fp16', boolean),
    keys.get('bfloat16', boolean),
    keys.get('float16', boolean),
  ];
  const types = (dtype: Dtype, autocast: Autocast, { origin }: Read<unknown>): Types => ({
    dtype: { value: dtype, origin },
    autocast: { value: autocast, origin },
  });
  if (bf16.value === 'bf16' || (bf16.value === 'auto' && !fp16.value)) return types('bf16', 'bf16', bf16);
  if (bf16.value === 'full') return types('bf16', 'none', bf16);
  if (bfloat16.value) return types('bf16', 'bf16', bfloat16);
  if (fp16.value) return types('fp16', 'fp16', fp16);
  if (float16.value) return types('fp16', 'none', float16);
  return types(quantization === 'int8' ? 'fp16' : 'fp32', 'none', bf16);
}
