// Hooks around a module: what a wrapper that gathers weights on demand registers on every nn.Module.

import { borrow, type Engine, letGo } from './engine.ts';
import type { Parameter, Tensor } from './tensor.ts';

/** A module: its own parameters, and which of the model's blocks it is, if it is one. */
export interface HookedModule {
  readonly own: readonly Parameter[];
  readonly block: number | null;
}

export interface ModuleHooks {
  /** F.linear is replaced by a function that saves parameters, not what is gathered. */
  readonly replacesLinear: boolean;
  enterForward(module: HookedModule): void;
  leaveForward(module: HookedModule): void;
  enterBackward(module: HookedModule): void;
  leaveBackward(module: HookedModule): void;
}

export type HookName = 'enterForward' | 'leaveForward' | 'enterBackward' | 'leaveBackward';

export function callHook(e: Engine, hook: HookName, module: HookedModule): void {
  e.recorder?.hook(hook, module);
  e.unrecorded(() => e.modules?.[hook](module));
}

/** A module without parameters of its own: hooks run around it all the same. */
export const NO_PARAMETERS: readonly Parameter[] = [];

/** Runs a module on its input. Backward hooks are autograd functions around it, which pass gradients on. */
export function around(
  e: Engine,
  own: readonly Parameter[],
  x: Tensor,
  run: (input: Tensor) => Tensor,
  block: number | null = null,
): Tensor {
  if (!e.modules) return run(x);
  const module = { own, block };
  const owned = borrow(x);
  if (!e.stopped) callHook(e, 'enterForward', module);
  const input = passing(e, x, () => callHook(e, 'leaveBackward', module));
  const inner = run(input);
  e.release(input);
  letGo(e, x, owned);
  if (!e.stopped) callHook(e, 'leaveForward', module); // a recomputation that stops early ends in an exception
  const out = passing(e, inner, () => callHook(e, 'enterBackward', module));
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
