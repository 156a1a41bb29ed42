// bitsandbytes' optimizers (optim/optimizer.py, Optimizer1State, Optimizer2State; optim/ademamix.py): states alone, the update
// runs in one kernel.

import type { Engine } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import { elementsOf, type Parameter, type Tensor } from '../engine/tensor.ts';
import type { Optimizer } from '../run.ts';
import { FIRST, initialise, type Step } from './states.ts';

const STATE8 = label('8-bit state', 'optimizer');
const SCALES8 = label('scales of 8-bit states', 'optimizer');
const CODE8 = label('8-bit code book', 'optimizer');

/** Smaller tensors keep 32-bit states (min_8bit_size); blocks of 256 share a scale. */
const MIN_8BIT = 4096;
const BLOCK_8BIT = 256;
const CODE_VALUES = 256;
/** Paged states are managed memory, invisible to torch; smaller tensors stay (get_state_buffer). */
const MIN_PAGED = 100_000;

/** How many parameters' worth each state buffer holds: AdEMAMix keeps its fast and slow average in one. */
const BUFFERS: Readonly<Record<string, readonly number[]>> = {
  adam: [1, 1],
  adamw: [1, 1],
  ademamix: [2, 1],
  lion: [1],
  rmsprop: [1],
  adagrad: [1],
  sgd: [1],
};

export const knowsBitsandbytes = (name: string): boolean => name in BUFFERS;

export function bitsandbytesStep({ e, plan, parameters, states }: Step): void {
  const made = states.size > 0;
  let coded = made;
  for (const p of parameters) {
    initialise(states, p, () => {
      const eight = !isFull(plan.optimizer, p);
      const books = eight && !coded ? codeBooks(e, plan.optimizer.name) : [];
      coded ||= eight;
      return [...books, ...(eight ? states8(e, plan.optimizer, p) : states32(e, plan.optimizer, p))];
    });
  }
}

const buffersOf = (o: Optimizer): readonly number[] => BUFFERS[o.name] ?? [];
const isPaged = (o: Optimizer, p: Parameter): boolean => o.paged && elementsOf(p) >= MIN_PAGED;
const isFull = (o: Optimizer, p: Parameter): boolean =>
  o.bits === 32 || elementsOf(p) < MIN_8BIT || (p.embedding && o.embeddings32 === true);

function states32(e: Engine, o: Optimizer, p: Parameter): Tensor[] {
  if (isPaged(o, p)) return [];
  return buffersOf(o).map((times) => e.make(times * elementsOf(p), 'fp32', FIRST));
}

/** Scales stay on the card, paged or not. */
function states8(e: Engine, o: Optimizer, p: Parameter): Tensor[] {
  const n = elementsOf(p);
  const blocks = Math.ceil(n / BLOCK_8BIT);
  const values = isPaged(o, p) ? [] : buffersOf(o).map((times) => e.make(times * n, 'u8', STATE8));
  return [...values, ...buffersOf(o).map((times) => e.make(times * blocks, 'fp32', SCALES8))];
}

/** name2qmap: one signed and one unsigned code for the whole model. */
const codeBooks = (e: Engine, name: string): Tensor[] =>
  (BUFFERS[name] ?? []).map(() => e.make(CODE_VALUES, 'fp32', CODE8));
