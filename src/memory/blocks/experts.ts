// A mixture of experts as transformers 5 writes it: router, then grouped_mm_experts_forward (integrations/moe.py), line by line.

import { type Engine, temporary } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Tensor } from '../engine/tensor.ts';
import { to } from '../ops/cast.ts';
import { sortNumbers, sumOverChosen, takeRows } from '../ops/gather.ts';
import { groupedMm, type Stack, stackOf } from '../ops/grouped-mm.ts';
import { type Factors, factorsOf, mergedMatrix, mergedStack } from '../ops/merged-stack.ts';
import { add, addInPlace, clamp, mul, scale, silu } from '../ops/pointwise.ts';
import { plusNumber, sigmoid } from '../ops/routing.ts';
import { slice } from '../ops/slice.ts';
import { reshaped, split } from '../ops/split.ts';
import type { Plan } from '../plan.ts';
import type { ExpertShape } from '../shape.ts';
import { gatedMlp } from './mlp.ts';
import { type Layer, type Linear, tensorOf } from './model.ts';
import { project } from './projection.ts';
import { type Routing, route } from './router.ts';

const ROWS = label('tokens sorted by expert', 'activations');
const ROW_WEIGHTS = label('weights sorted by expert', 'activations');
const RESTORED = label('expert outputs in token order', 'activations');
const NUMBERS = label('token numbers by expert', 'activations');
const COUNTS = label('tokens of each expert', 'buffers');
const BIASES = label('biases sorted by expert', 'activations');
const SCAN = label('running sum of counts', 'temporaries');
/** cub's scan of a few numbers. */
const SCAN_BYTES = 1023;

/** The mixture in place of a layer's MLP. */
export function mixture(e: Engine, plan: Plan, x: Tensor, layer: Layer): Tensor {
  const { experts } = layer.plan.shape;
  if (!experts?.router) throw new Error('the block program needs a router');
  const early = experts.router.seesStates ? routed(e, x, layer, experts) : null;
  const rows = reshaped(e, x); // `hidden_states.view(-1, hidden_dim)`
  const gated = layer.linears['mlp.shared_expert_gate'];
  const shared = gated ? gatedMlp(e, plan, rows, layer, 'mlp.shared_expert') : null;
  const routing = early ?? routed(e, rows, layer, experts);
  const own = groupedExperts(e, rows, routing, experts, layer);
  const out = withShared(e, plan, { x, rows, own, shared, gated }, layer);
  for (const t of [routing.logits, routing.weights, routing.indices, rows]) e.release(t);
  return out;
}

interface Parts {
  readonly x: Tensor;
  readonly rows: Tensor;
  readonly own: Tensor;
  /** What a shared expert behind a gate of its own has made before the router ran (Qwen2MoeSparseMoeBlock). */
  readonly shared: Tensor | null;
  readonly gated: Linear | undefined;
}

function withShared(e: Engine, plan: Plan, { x, rows, own, shared, gated }: Parts, layer: Layer): Tensor {
  if (shared && gated) {
    const weighed = mul(
      e,
      temporary(sigmoid(e, temporary(project(e, plan, rows, gated)))),
      temporary(shared),
      'left-row',
    );
    return add(e, temporary(own), temporary(weighed));
  }
  if (!layer.linears['mlp.shared_experts.gate_proj']) return own;
  return add(e, temporary(own), temporary(gatedMlp(e, plan, x, layer, 'mlp.shared_experts'))); // DeepseekV2Moe
}

function routerName(layer: Layer): string {
  const shape = layer.plan.shape.weights.find((w) => w.kind === 'router');
  if (!shape) throw new Error('the shape has no router');
  return shape.name;
}

/** The router on rows, its adapter merged into it. */
function routed(e: Engine, x: Tensor, layer: Layer, experts: ExpertShape): Routing {
  if (!experts.router) throw new Error('the block program needs a router');
  const name = routerName(layer);
  const weight = tensorOf(layer, name);
  const bias = layer.tensors[`${name}_bias`] ?? null;
  const adapter = layer.stacks?.[name];
  if (!adapter) return route(e, x, { weight, bias }, experts, experts.router);
  const tensor = mergedMatrix(e, weight.tensor, adapter);
  const routing = route(e, x, { weight: { ...weight, tensor }, bias }, experts, experts.router);
  e.release(tensor);
  return routing;
}

function groupedExperts(e: Engine, x: Tensor, routing: Routing, experts: ExpertShape, layer: Layer): Tensor {
  const stacks = stacksOf(e, layer);
  const hidden = x.elements / (routing.indices.elements / experts.active);
  const n = routing.indices.elements;
  const [sorted, order] = sortNumbers(e, n);
  const token = e.make(n, 'i64', NUMBERS); // perm // num_top_k
  const rows = takeRows(e, x, token, hidden, ROWS);
  e.release(token);
  const weights = takeRows(e, routing.weights, order, 1, ROW_WEIGHTS);
  const as32 = e.make(n, 'i32', NUMBERS);
  const counts = e.make(experts.count, 'i32', COUNTS);
  const offsets = e.make(experts.count, 'i32', COUNTS);
  e.scratch(SCAN_BYTES, SCAN);
  const upBias = biasRows(e, layer, 'gate_up_proj', sorted);
  const up = groupedLinear(e, rows, stacks.use('gate_up_proj'), offsets, upBias);
  const inner = GATES[experts.gate ?? 'halves'](e, up);
  const downBias = biasRows(e, layer, 'down_proj', sorted);
  e.release(upBias);
  const down = groupedLinear(e, inner, stacks.use('down_proj'), offsets, downBias);
  e.release(inner);
  const weighted = mul(e, down, weights, 'row');
  const inverse = e.make(n, 'i64', NUMBERS);
  e.release(e.make(n, 'i64', NUMBERS)); // arange
  const restored = takeRows(e, temporary(weighted), inverse, hidden, RESTORED);
  const out = to(e, temporary(sumOverChosen(e, restored, experts.active)), x.dtype);
  for (const t of [sorted, as32, counts, offsets, order, rows, weights, down, downBias, inverse, restored])
    e.release(t);
  stacks.forget();
  return out;
}

/**
 * The experts' stacks, with their adapters where they have some: the wrapper of the second stack is the outer one. What a forward
 * merged is cached until it returns (parametrize.cached).
 */
function stacksOf(e: Engine, layer: Layer): { use: (name: string) => Stack; forget: () => void } {
  const path = (name: string): string => `mlp.experts.${name}`;
  const held: Tensor[] = [];
  const factors = new Map<string, Factors>();
  for (const name of ['down_proj', 'gate_up_proj']) {
    const adapter = layer.stacks?.[path(name)];
    if (!adapter) continue;
    const made = factorsOf(e, tensorOf(layer, path(name)).tensor, adapter);
    factors.set(name, made);
    held.push(made.lhs, made.rhs);
  }
  const use = (name: string): Stack => {
    const stack = stackOf(tensorOf(layer, path(name)));
    const made = factors.get(name);
    if (!made) return stack;
    const tensor = mergedStack(e, stack.tensor, made);
    held.push(tensor);
    return { ...stack, tensor };
  };
  const forget = (): void => {
    for (const t of held) e.release(t);
  };
  return { use, forget };
}

/** `bias[expert_ids_g]`: a row for every row of the product. */
function biasRows(e: Engine, layer: Layer, name: string, sorted: Tensor): Tensor | null {
  const bias = layer.tensors[`mlp.experts.${name}_bias`];
  return bias ? takeRows(e, bias.tensor, sorted, bias.cols, BIASES) : null;
}

/** `_grouped_linear`: the bias is added in place. */
function groupedLinear(e: Engine, x: Tensor, stack: Stack, offsets: Tensor, bias: Tensor | null): Tensor {
  const product = groupedMm(e, x, stack, offsets);
  return bias ? addInPlace(e, product, bias) : product;
}

/** `_default_apply_gate`: `gate, up = chunk(2)`; `act_fn(gate) * up`. The projection is taken over. */
function gateHalves(e: Engine, projected: Tensor): Tensor {
  const half = projected.elements / 2;
  const [gateHalf, upHalf] = split(e, projected, [half, half]);
  if (!gateHalf || !upHalf) throw new Error('two halves');
  const out = mul(e, temporary(silu(e, gateHalf)), upHalf);
  e.release(gateHalf);
  e.release(upHalf);
  return out;
}

/** GptOssExperts._apply_gate: gate and up lie in turns; `(up + 1) * (gate * sigmoid(gate * alpha))` of what was clamped. */
function gateClamped(e: Engine, projected: Tensor): Tensor {
  const half = projected.elements / 2;
  const slices = [slice(e, projected, half), slice(e, projected, half)] as const;
  const gate = clamp(e, temporary(slices[0]), 1);
  const up = clamp(e, temporary(slices[1]), 2);
  const glu = mul(e, gate, temporary(sigmoid(e, temporary(scale(e, gate)))));
  const out = mul(e, temporary(plusNumber(e, up)), glu);
  for (const t of [gate, up, glu, projected]) e.release(t);
  return out;
}

const GATES: Readonly<Record<NonNullable<ExpertShape['gate']> | 'halves', typeof gateHalves>> = {
  halves: gateHalves,
  clamped: gateClamped,
};
