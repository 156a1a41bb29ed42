// Which wrapper a plan asks for.

import type { Model } from '../blocks/model.ts';
import type { Engine } from '../engine/engine.ts';
import { DistributedDataParallel } from './ddp.ts';
import { FullyShard } from './fsdp2.ts';
import { Plain } from './plain.ts';
import type { Wrapper } from './wrapper.ts';
import { ZeroOptimizer } from './zero.ts';
import { Zero3Optimizer } from './zero3.ts';

/** Takes a loaded model over. */
export function wrap(e: Engine, model: Model): Wrapper {
  const { parallel } = model.plan;
  if (parallel?.kind === 'fsdp2') return new FullyShard(e, model, parallel);
  if (parallel?.kind === 'zero3') return new Zero3Optimizer(e, model, parallel);
  if (parallel?.kind === 'zero') return new ZeroOptimizer(e, model, parallel);
  const trained = model.parameters.filter((p) => p.trainable);
  const plain = new Plain(e, model, trained);
  return parallel?.kind === 'ddp' ? new DistributedDataParallel(e, parallel, trained, plain) : plain;
}
