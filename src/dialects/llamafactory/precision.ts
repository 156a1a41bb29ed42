// Types: of the weights as loaded, of what is trained, and of the arithmetic.
// Source: src/llamafactory/model/loader.py (torch_dtype="auto"), adapter.py (init_adapter), hparams/parser.py, v0.9.5.

import type { Autocast, Weights } from '../../memory/run.ts';
import { castByEngine, type Half } from '../hugging-face/precision.ts';
import type { LaunchedSharding } from '../hugging-face/sharding.ts';
import type { Sheet } from '../sheet.ts';
import { boolean } from '../value-parsers.ts';
import { olderThan } from '../versions.ts';
import type { Packing } from './model.ts';

export interface Precision {
  readonly weights: Partial<Weights>;
  readonly autocast: Autocast;
  /** The type DeepSpeed's engine casts everything to, adapters too; null: no engine does. */
  readonly engineDtype: Half | null;
}

export function readPrecision(sheet: Sheet, packing: Packing, sharding: LaunchedSharding, badam: boolean): Precision {
  const { keys } = sheet;
  const { value: half, origin } = sharding.half;
  const weights = { ...packing, ...common(sheet) };
  if (sharding.engine === 'deepspeed' && half !== 'none') {
    const cast = castByEngine(sheet, { value: half, origin });
    return { weights: { ...weights, ...cast }, autocast: 'none', engineDtype: half };
  }
  const pure = keys.get('pure_bf16', boolean);
  const kept = pure.value || badam || (sharding.parallel.strategy === 'zero3' && packing.quantization === 'none');
  sheet.log.set('weights.trainableDtype', { value: kept ? 'auto' : 'fp32', origin: pure.origin });
  const typed = { ...weights, ...loaded(sheet, half !== 'none' ? half : pure.value ? 'bf16' : null) };
  return {
    weights: kept ? typed : { ...typed, trainableDtype: 'fp32' },
    autocast: sheet.log.set('autocast', { value: half, origin }),
    engineDtype: null,
  };
}

/** Since 0.9.4 the checkpoint's own type (left open here, to be filled in when the model is known); before, the compute type. */
function loaded({ log, world, assumed }: Sheet, compute: Half | null): Partial<Weights> {
  if (compute && olderThan(world.versions.llamafactory, '0.9.4')) {
    return { dtype: log.infer('weights.dtype', compute, 'loaded-in-compute-type') };
  }
  log.infer('weights.dtype', 'auto', 'checkpoint-dtype', log.fields.get('model')?.origin);
  assumed.push({ field: 'weights.dtype', value: 'auto', why: 'checkpoint-dtype' });
  return {};
}

function common({ keys, log }: Sheet): Partial<Weights> {
  const fp8 = keys.get('fp8', boolean);
  const norms = keys.get('upcast_layernorm', boolean);
  return {
    // train/fp8_utils.py asks torchao for its row-wise recipe.
    ...(fp8.value ? { linear: log.set('weights.linear', { value: 'fp8-rowwise' as const, origin: fp8.origin }) } : {}),
    kbitUpcast: log.set('weights.kbitUpcast', { value: norms.value ? 'norms' : 'none', origin: norms.origin }),
  };
}
