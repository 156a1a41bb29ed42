// The MLPs of the Llama line: gated by two matrices or by the halves of one, or not gated at all.

import { borrow, type Engine, letGo, temporary } from '../engine/engine.ts';
import { around, NO_PARAMETERS } from '../engine/module.ts';
import type { Tensor } from '../engine/tensor.ts';
import { activate } from '../ops/activation.ts';
import { ligerSwiGlu } from '../ops/liger.ts';
import { mul } from '../ops/pointwise.ts';
import { split } from '../ops/split.ts';
import type { Plan } from '../plan.ts';
import { dropBranch } from './branch.ts';
import { plainMlp } from './gpt-parts.ts';
import { adapted, fusedMlpWithAdapters } from './lora-kernels.ts';
import { type Layer, type Linear, linearOf } from './model.ts';
import { project } from './projection.ts';

export function mlp(e: Engine, plan: Plan, x: Tensor, layer: Layer): Tensor {
  return around(e, NO_PARAMETERS, x, (input) => {
    if ('mlp.gate_up_proj' in layer.linears) return fusedMlp(e, plan, input, layer);
    if ('mlp.gate_proj' in layer.linears) return gatedMlp(e, plan, input, layer);
    return plainMlp(e, plan, input, layer, ['mlp.up_proj', 'mlp.down_proj']);
  });
}

const activated = (e: Engine, plan: Plan, x: Tensor): Tensor =>
  around(e, NO_PARAMETERS, x, (input) => activate(e, input, plan.model.traits?.activation ?? 'silu'));

/** `down_proj(act_fn(gate_proj(x)) * up_proj(x))`; `path` is where its projections are. */
export function gatedMlp(e: Engine, plan: Plan, x: Tensor, layer: Layer, path = 'mlp'): Tensor {
  if (plan.fusedLora.mlp && path === 'mlp') return dropBranch(e, plan, adaptedMlp(e, plan, x, layer));
  const owned = borrow(x);
  const gate = project(e, plan, x, linearOf(layer, `${path}.gate_proj`));
  const product = plan.liger.mlp
    ? ligerSwiGlu(e, temporary(gate), temporary(project(e, plan, x, linearOf(layer, `${path}.up_proj`))))
    : gated(e, plan, x, gate, linearOf(layer, `${path}.up_proj`));
  const out = dropBranch(e, plan, project(e, plan, temporary(product), linearOf(layer, `${path}.down_proj`)));
  letGo(e, x, owned);
  return out;
}

const adaptedMlp = (e: Engine, plan: Plan, x: Tensor, layer: Layer): Tensor =>
  fusedMlpWithAdapters(e, plan, x, {
    gate: adapted(linearOf(layer, 'mlp.gate_proj')),
    up: adapted(linearOf(layer, 'mlp.up_proj')),
    down: adapted(linearOf(layer, 'mlp.down_proj')),
  });

function gated(e: Engine, plan: Plan, x: Tensor, gate: Tensor, upProj: Linear): Tensor {
  const turned = activated(e, plan, temporary(gate));
  const up = project(e, plan, x, upProj);
  return mul(e, temporary(turned), temporary(up));
}

/** Phi3MLP: `gate, up = gate_up_proj(x).chunk(2)`; `up` is rebound to the product, `gate` lives until the function returns. */
function fusedMlp(e: Engine, plan: Plan, x: Tensor, layer: Layer): Tensor {
  const owned = borrow(x);
  const both = project(e, plan, x, linearOf(layer, 'mlp.gate_up_proj'));
  const half = both.elements / 2;
  const [gate, up] = split(e, both, [half, half]);
  if (!gate || !up) throw new Error('a split into two has two parts');
  const product = plan.liger.mlp ? ligerSwiGlu(e, gate, up) : mul(e, up, temporary(activated(e, plan, gate)));
  e.release(up);
  const out = project(e, plan, temporary(product), linearOf(layer, 'mlp.down_proj'));
  e.release(gate);
  letGo(e, x, owned);
  return out;
}
