// GPT.forward of LitGPT (litgpt/model.py) inside Lightning Fabric's wrapper, and chunked_cross_entropy (litgpt/utils.py).

import { type Engine, temporary } from '../../engine/engine.ts';
import { label, PLACE } from '../../engine/sink.ts';
import type { Tensor } from '../../engine/tensor.ts';
import { exitAutocast, to } from '../../ops/cast.ts';
import { embedding } from '../../ops/embedding.ts';
import { layerNorm } from '../../ops/layer-norm.ts';
import { crossEntropyEach, LOGITS, LOGITS_FP32, shiftLogits } from '../../ops/loss.ts';
import { scale, softcap } from '../../ops/pointwise.ts';
import { concatenate, split } from '../../ops/split.ts';
import type { ChunkPlan, Plan } from '../../plan.ts';
import type { Inputs, Output } from '../forward.ts';
import type { Model } from '../model.ts';
import { block } from './block.ts';
import { litgptNorm } from './norm.ts';
import { project } from './projection.ts';

const LABELS = label('shifted labels', 'buffers');
const LOSSES = label('losses of tokens', 'buffers');

/** validate() of fine-tuning asks for whole logits and a loss at once; in pre-training it does as training does. */
export function validating(model: Model): Model {
  const { plan } = model;
  if (plan.pretrains || !plan.chunk) return model;
  const chunk: ChunkPlan = { ...plan.chunk, tokens: plan.batch * plan.tokens, scope: 'loss' };
  return { ...model, plan: { ...plan, chunk } };
}

export function litgptForward(e: Engine, model: Model, { ids, modelReturned }: Inputs): Output {
  const { plan } = model;
  const last = hiddenStates(e, model, ids);
  const pieces = plan.chunk?.scope === 'head+loss' ? cut(e, plan, last) : null;
  const made = pieces
    ? pieces.map((piece) => headOf(e, model, piece, plan.batch > 1))
    : [headOf(e, model, last, false)];
  for (const t of [...(pieces ?? []), last]) e.release(t);
  // Fabric leaves autocast, then turns every output into fp32 (lightning/fabric/plugins/precision/utils.py, _convert_fp_tensor).
  exitAutocast(e);
  const logits = made.map((t) => to(e, t, 'fp32', LOGITS_FP32));
  for (const t of made) e.release(t);
  modelReturned();
  return { loss: pieces ? lossOfPieces(e, plan, logits) : lossOfWhole(e, plan, logits), held: logits, leaves: [] };
}

function hiddenStates(e: Engine, model: Model, ids: Tensor): Tensor {
  const { plan, litgpt } = model;
  if (!litgpt) throw new Error('not a model of LitGPT');
  const tables = [litgpt.rotary.cos, litgpt.rotary.sin];
  e.enter(PLACE.below);
  let hidden = embed(e, model, ids);
  model.layers.forEach((layer, i) => {
    e.enter(i);
    const run = (x: Tensor): Tensor => block(e, plan, x, layer, litgpt.rotary);
    // Layers look alike to their plans although the lowest have no prompt.
    const out = plan.prompt ? run(hidden) : model.alike.run(e, i, hidden, { run, tables });
    e.release(hidden);
    hidden = out;
  });
  e.enter(PLACE.above);
  const last = litgptNorm(e, plan, hidden, model.norm);
  e.release(hidden);
  return last;
}

/** Gemma scales its table; with packed weights the table is bitsandbytes' StableEmbedding, which has a norm. */
function embed(e: Engine, model: Model, ids: Tensor): Tensor {
  const { plan } = model;
  const table = embedding(e, ids, model.embedding);
  const { 'wte.norm': weight = null, 'wte.norm.bias': bias = null } = model.ends;
  const out = weight ? layerNorm(e, temporary(table), { weight, bias }, plan.model.hidden) : table;
  return plan.model.traits?.scales?.embedding ? scale(e, temporary(out)) : out;
}

function headOf(e: Engine, model: Model, x: Tensor, cut: boolean): Tensor {
  const { plan, litgpt } = model;
  if (!litgpt) throw new Error('not a model of LitGPT');
  const raw = project(e, plan, x, litgpt.head, cut);
  if (!plan.model.traits?.capsLogits) return raw;
  const capped = softcap(e, raw, LOGITS); // the argument lives until the function returns
  e.release(raw);
  return capped;
}

const chunkOf = (plan: Plan): number => plan.chunk?.tokens ?? plan.tokens;

function sizesOf(length: number, chunk: number): number[] {
  return Array.from({ length: Math.ceil(length / chunk) }, (_, i) => Math.min(chunk, length - i * chunk));
}

/** `x.split(lm_head_chunk_size, dim=1)`: of several rows a piece is no plain matrix. */
function cut(e: Engine, plan: Plan, x: Tensor): Tensor[] {
  const width = plan.batch * plan.model.hidden;
  return split(
    e,
    e.keep(x),
    sizesOf(plan.tokens, chunkOf(plan)).map((n) => n * width),
  );
}

/** Pieces of logits; the last has no last token. */
function lossOfPieces(e: Engine, plan: Plan, logits: readonly Tensor[]): Tensor {
  const rows = sizesOf(plan.tokens, chunkOf(plan));
  const final = rows.length - 1;
  const seen = logits.map((t, i) => (i < final ? e.keep(t) : shiftLogits(e, t, plan.batch, rows[i] ?? 1)));
  return lossOfSeen(e, plan, seen);
}

/** Logits of all tokens, of which the last sees no target unless rows are cut from a stream; they are split by 128. */
function lossOfWhole(e: Engine, plan: Plan, logits: readonly Tensor[]): Tensor {
  const [whole] = logits;
  if (!whole) throw new Error('a model returns logits');
  const seen = plan.pretrains ? e.keep(whole) : shiftLogits(e, whole, plan.batch, plan.tokens);
  const width = plan.model.vocabulary;
  return lossOfSeen(
    e,
    plan,
    split(
      e,
      seen,
      sizesOf(seen.elements / width, chunkOf(plan)).map((n) => n * width),
    ),
  );
}

/** Losses of all tokens, put together and averaged. The pieces are taken over. */
function lossOfSeen(e: Engine, plan: Plan, pieces: readonly Tensor[]): Tensor {
  const losses = pieces.map((piece) => {
    const rows = piece.elements / plan.model.vocabulary;
    const labels = e.make(rows, 'i64', LABELS);
    const loss = crossEntropyEach(e, piece, labels, rows);
    e.release(labels);
    return loss;
  });
  for (const t of pieces) e.release(t);
  const all = concatenate(e, losses);
  const { elements } = all;
  const sum = e.record(e.make(1, 'fp32', LOSSES), [temporary(all)], [], (b) => [b.make(elements, 'fp32', LOSSES)]);
  for (const t of losses) e.release(t);
  return sum;
}
