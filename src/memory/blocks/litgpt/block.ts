// Block of LitGPT (litgpt/model.py): attention and MLP one after the other or side by side, norms where the model has them.

import { type Engine, temporary } from '../../engine/engine.ts';
import type { Tensor } from '../../engine/tensor.ts';
import { activate } from '../../ops/activation.ts';
import { add, mul } from '../../ops/pointwise.ts';
import type { Plan } from '../../plan.ts';
import { type Layer, linearOf, normOf, type Rotary } from '../model.ts';
import { attention } from './attention.ts';
import { litgptNorm } from './norm.ts';
import { project } from './projection.ts';

export function block(e: Engine, plan: Plan, x: Tensor, layer: Layer, rotary: Rotary): Tensor {
  const norm = (name: string, of: Tensor): Tensor =>
    hasNorm(plan, layer, name) ? litgptNorm(e, plan, of, normOf(layer, name)) : e.keep(of);
  let normed = norm('norm_1', x);
  const attended = attention(e, plan, normed, layer, rotary);
  const branch = norm('post_attention_norm', attended);
  e.release(attended);
  const parallel = plan.model.traits?.parallel === true;
  /** A norm that is shared serves the MLP too. */
  const rebind = (of: Tensor): void => {
    const before = normed;
    normed = norm('norm_2', of);
    e.release(before);
  };
  if (parallel && hasNorm(plan, layer, 'norm_2')) rebind(x);
  const residual = add(e, branch, x);
  if (!parallel) rebind(residual);
  const made = mlp(e, plan, normed, layer);
  const change = norm('post_mlp_norm', made);
  e.release(made);
  const out = add(e, temporary(change), residual);
  for (const t of [normed, branch, residual]) e.release(t);
  return out;
}

/** LayerNorms without weights are there although no tensor says so. */
function hasNorm(plan: Plan, layer: Layer, name: string): boolean {
  return name in layer.norms || (plan.model.traits?.norm === 'layer-bare' && /^norm_[12]$/.test(name));
}

/** `proj(act(fc_1(x)) * fc_2(x))`, or `proj(gelu(fc(x)))`: every name lives until the function returns. */
function mlp(e: Engine, plan: Plan, x: Tensor, layer: Layer): Tensor {
  const name = plan.model.traits?.activation ?? 'silu';
  const gated = 'mlp.gate_proj' in layer.linears;
  const first = project(e, plan, x, linearOf(layer, gated ? 'mlp.gate_proj' : 'mlp.up_proj'));
  const second = gated ? project(e, plan, x, linearOf(layer, 'mlp.up_proj')) : null;
  const turned = activate(e, first, name);
  const inner = second ? mul(e, temporary(turned), second) : turned;
  if (!second) e.release(first); // `x = F.gelu(x)`
  const out = project(e, plan, inner, linearOf(layer, 'mlp.down_proj'));
  for (const t of [inner, ...(second ? [first, second] : [])]) e.release(t);
  return out;
}
