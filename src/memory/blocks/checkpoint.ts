// torch.utils.checkpoint around a block.

import { runTape } from '../engine/backward.ts';
import type { Engine } from '../engine/engine.ts';
import { makeInputLeaf } from '../engine/leaf.ts';
import { label } from '../engine/sink.ts';
import type { Frame, Slot, Tensor } from '../engine/tensor.ts';
import { exitAutocast } from '../ops/cast.ts';

const RETURNED = label('input of a checkpointed block, back from the host', 'activations');
const LEAF = label('input of a checkpointed block', 'activations');

export interface Block {
  readonly run: (input: Tensor) => Tensor;
  /** Keyword arguments that the closure holds: position tables, ids, mask. */
  readonly closure: readonly Tensor[];
  /** The input waits on the host and comes back for the recomputation. */
  readonly offload: boolean;
}

/** Recomputation has a cast cache of its own: backward runs outside autocast, and the cache dies with the block. */
function again(e: Engine, block: Block, input: Tensor, autocast: Engine['autocast']): Tensor {
  const { autocast: outer, castCache } = e;
  e.autocast = autocast;
  e.castCache = new Map();
  const out = block.run(input);
  exitAutocast(e);
  e.autocast = outer;
  e.castCache = castCache;
  return out;
}

/** Back from the host: a new tensor in the place of the old one. */
function fetch(e: Engine, x: Tensor): Tensor {
  const back = e.make(x.elements, x.dtype, RETURNED);
  back.node = x.node;
  return back;
}

/** use_reentrant=False: forward saves promises; the first one that is redeemed re-runs the block to its last save. */
export function checkpoint(e: Engine, block: Block, x: Tensor): Tensor {
  const { autocast } = e;
  const held = block.closure.map((t) => e.keep(t));
  const stays = block.offload ? null : e.keep(x);
  if (stays) held.push(stays);
  const frame: Frame = {
    saves: 0,
    dropped: 0,
    held,
    recomputed: null,
    run: () => {
      const input = stays ?? fetch(e, x);
      if (!stays) held.push(input);
      e.release(again(e, block, input, autocast));
    },
  };
  e.frame = frame;
  const out = block.run(x);
  e.frame = null;
  if (frame.saves === 0) for (const t of held) e.release(t);
  return out;
}

/** use_reentrant=True: no graph now, a nested backward later. `ctx.run_function` is no saved tensor: it dies with the graph. */
export function checkpointReentrant(e: Engine, block: Block, x: Tensor): Tensor {
  const { autocast } = e;
  e.grad = false;
  const out = block.run(x);
  e.grad = true;
  const saved: Slot[] = [];
  if (!block.offload) e.save(saved, x);
  e.heldByGraph.push(...block.closure.map((t) => e.keep(t)));
  return e.record(out, [x], saved, (b, g) => {
    const from = b.tape.length;
    const graph = b.heldByGraph.length;
    const input = block.offload ? fetch(b, x) : b.view(x);
    input.node = null;
    const leaf = makeInputLeaf(b, input, LEAF);
    const result = again(b, block, input, autocast);
    if (result.node) result.node.waiting = b.keep(g);
    runTape(b, from);
    b.release(result);
    b.dropGraph(graph);
    b.release(input);
    return [leaf.grad];
  });
}
