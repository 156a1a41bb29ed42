// Routers: which experts a token goes to and with what weight (transformers, the families' own TopKRouter classes).

import { type Engine, temporary } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Parameter, Tensor } from '../engine/tensor.ts';
import { softmax } from '../ops/attention.ts';
import { to } from '../ops/cast.ts';
import { linear } from '../ops/linear.ts';
import { scale } from '../ops/pointwise.ts';
import { divideInPlace, gather, plusNumber, sigmoid, sumRows, topk } from '../ops/routing.ts';
import { softmaxInOwnType } from '../ops/sink-attention.ts';
import { reshaped } from '../ops/split.ts';
import type { ExpertShape, RouterShape } from '../shape.ts';

const LOGITS = label('router logits', 'activations');
const CHOICE = label('choice of experts', 'temporaries');
const ROUTER_CAST = label('router in fp32', 'casts');

export interface RouterWeights {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
}

/** What the mixture keeps until it returns: its three results. */
export interface Routing {
  readonly logits: Tensor;
  readonly weights: Tensor;
  readonly indices: Tensor;
}

interface Choice {
  readonly x: Tensor;
  readonly logits: Tensor;
  readonly experts: ExpertShape;
  readonly shape: RouterShape;
  readonly tokens: number;
}
type Route = (e: Engine, choice: Choice) => Omit<Routing, 'logits'>;

const ROUTES: Readonly<Record<RouterShape['kind'], Route>> = {
  softmax: softmaxFirst,
  'softmax-of-best': bestFirst,
  'grouped-sigmoid': groupedSigmoid,
};

export function route(e: Engine, x: Tensor, router: RouterWeights, experts: ExpertShape, shape: RouterShape): Routing {
  const rows = reshaped(e, x); // `hidden_states.reshape(-1, hidden_dim)`
  const raw = shape.inFp32 ? logitsInFp32(e, rows, router) : linear(e, rows, router.weight, router.bias, LOGITS);
  const logits = shape.upcast ? to(e, temporary(raw), 'fp32', LOGITS) : raw;
  const tokens = logits.elements / experts.count;
  const chosen = ROUTES[shape.kind](e, { x, logits, experts, shape, tokens });
  e.release(rows);
  return { logits, ...chosen };
}

/** `F.linear(x.type(float32), weight.type(float32))`: two casts that live until the product returns. */
function logitsInFp32(e: Engine, x: Tensor, router: RouterWeights): Tensor {
  const input = to(e, x, 'fp32');
  const weight = { ...router.weight, tensor: to(e, router.weight.tensor, 'fp32', ROUTER_CAST) };
  const logits = linear(e, input, weight, null, LOGITS);
  e.release(input);
  e.release(weight.tensor);
  return logits;
}

/** `softmax(logits, dtype=float)`, topk, `/= sum`, `* scale`, `.to(logits.dtype)`. */
function softmaxFirst(e: Engine, { logits, experts, shape, tokens }: Choice): Omit<Routing, 'logits'> {
  const scores = softmax(e, logits);
  const [best, indices] = topk(e, scores, tokens * experts.active);
  let weights = best;
  if (shape.normalised) weights = divideInPlace(e, best, temporary(sumRows(e, best, tokens)));
  if (shape.scaled) weights = scale(e, temporary(weights));
  if (shape.castsBack) weights = to(e, temporary(weights), logits.dtype);
  e.release(scores);
  return { weights, indices };
}

/** `logits.float()` where asked, topk, softmax over the chosen, `.type_as(x)`. */
function bestFirst(e: Engine, { x, logits, experts, shape, tokens }: Choice): Omit<Routing, 'logits'> {
  const [best, indices] = topk(e, logits, tokens * experts.active);
  const weights = shape.ownSoftmax ? softmaxInOwnType(e, best) : softmax(e, best);
  e.release(best);
  return { weights: shape.castsBack ? to(e, temporary(weights), x.dtype) : weights, indices };
}

/** DeepseekV3TopkRouter: scores with a correction choose groups, then experts; the weights are scores without it. */
function groupedSigmoid(e: Engine, { logits, experts, shape, tokens }: Choice): Omit<Routing, 'logits'> {
  const scores = sigmoid(e, logits);
  const [indices, locals] = chooseByGroups(e, scores.elements, tokens, experts.active, shape.groups);
  let weights = gather(e, scores, indices);
  if (shape.normalised) {
    const sum = plusNumber(e, temporary(sumRows(e, weights, tokens)));
    weights = divideInPlace(e, weights, temporary(sum));
  }
  if (shape.scaled) weights = scale(e, temporary(weights));
  for (const t of [scores, ...locals]) e.release(t);
  return { weights, indices };
}

/** Two scores a group, the best groups, a mask of the others, the best experts: only the indices are used. */
function chooseByGroups(
  e: Engine,
  all: number,
  tokens: number,
  active: number,
  { count, chosen } = { count: 1, chosen: 1 },
): readonly [indices: Tensor, locals: readonly Tensor[]] {
  const make = (n: number, dtype: 'fp32' | 'i64' | 'u8' = 'fp32'): Tensor => e.make(n, dtype, CHOICE);
  const best = (n: number): Tensor => {
    const values = make(n);
    const numbers = make(n, 'i64');
    e.release(values);
    return numbers;
  };
  const corrected = make(all);
  const pairs = make(tokens * count * 2);
  const locals = [make(tokens * count * 2, 'i64'), make(tokens * count)];
  e.release(pairs);
  locals.push(best(tokens * chosen), make(tokens * count));
  if (count > 1) locals.push(make(all)); // the mask over experts is a copy
  const isChosen = make(all, 'u8');
  const isNot = make(all, 'u8');
  e.release(isChosen);
  const masked = make(all);
  e.release(corrected);
  return [best(tokens * active), [...locals, isNot, masked]];
}
