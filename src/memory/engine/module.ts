// Hooks around a module: what a wrapper that gathers weights on demand registers on every nn.Module.

import { borrow, type Engine, letGo } from './engine.ts';
import type { Parameter, Tensor } from './tensor.ts';

export interface ModuleHooks {
  beforeForward(own: readonly Parameter[]): void;
  afterForward(own: readonly Parameter[]): void;
  beforeBackward(own: readonly Parameter[]): void;
  afterBackward(own: readonly Parameter[]): void;
}

/** A module without parameters of its own: hooks run around it all the same. */
export const NO_PARAMETERS: readonly Parameter[] = [];

/** Runs a module on its input. Backward hooks are autograd functions around it, which pass gradients on. */
export function around(e: Engine, own: readonly Parameter[], x: Tensor, run: (input: Tensor) => Tensor): Tensor {
  const { modules } = e;
  if (!modules) return run(x);
  const owned = borrow(x);
  if (!e.stopped) modules.beforeForward(own);
  const input = passing(e, x, () => modules.afterBackward(own));
  const inner = run(input);
  e.release(input);
  letGo(e, x, owned);
  if (!e.stopped) modules.afterForward(own); // a recomputation that stops early ends in an exception
  const out = passing(e, inner, () => modules.beforeBackward(own));
  e.release(inner);
  return out;
}

function passing(e: Engine, x: Tensor, hook: () => void): Tensor {
  if (!e.grad || !x.node) return e.keep(x);
  return e.record(e.view(x), [x], [], (b, g) => {
    hook();
    return [b.keep(g)];
  });
}
