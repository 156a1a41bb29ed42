// torch.utils.checkpoint with use_reentrant=False: the forward pass saves promises, the first one that is redeemed runs the
// block again, up to its last save.

import type { Frame, Graph, Value } from './graph.ts';

/** `closure`: keyword arguments that the block's function holds. */
export function checkpoint(graph: Graph, run: (x: Value) => Value, x: Value, closure: readonly Value[]): Value {
  const held = [x, ...closure].map((value) => graph.keep(value));
  const end = (): void => {
    for (const value of held) graph.release(value);
  };
  const frame: Frame = {
    saves: 0,
    dropped: 0,
    recomputed: null,
    again: () => graph.release(run(x)),
    end,
  };
  graph.frame = frame;
  const out = run(x);
  graph.frame = null;
  if (frame.saves === 0) end();
  return out;
}
