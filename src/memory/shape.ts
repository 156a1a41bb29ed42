// ModelShape: every tensor a model holds, layer by layer, as data. The catalogue makes shapes; block programs read them.
// Deliberately absent: how a shape was found (id, config.json, preset) and anything about training.

import type { ProgramName, TowerProgramName } from './program.ts';

/** One weight (and its bias) by the name it has inside its layer. `rows x cols` as PyTorch stores it: [out, in]. */
export interface WeightShape {
  /** Path inside the layer: `self_attn.q_proj`, `mlp.experts.down_proj`. */
  readonly name: string;
  /** `router`: a bare tensor that scores experts; a linear layer in older libraries. */
  readonly kind: 'linear' | 'norm' | 'table' | 'experts' | 'router' | 'other';
  readonly rows: number;
  readonly cols: number;
  readonly bias?: boolean;
  /** How many such matrices are stacked (experts); 1 if absent. */
  readonly count?: number;
}

export interface AttentionDims {
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** Tokens a query may look back; absent: all. */
  readonly window?: number;
  /** Without rotary positions (NoPE). */
  readonly unrotated?: boolean;
  /** DeepSeek's multi-head latent attention: keys and values come out of one narrow projection. */
  readonly latent?: {
    /** The part of a head that turns; one key for all heads. */
    readonly rotary: number;
    /** Width of a head's values. */
    readonly value: number;
    /** Rotation as complex numbers (V2), or on even and odd slices (V3). */
    readonly rotation: 'complex' | 'interleaved' | 'halves';
  };
}

export interface LayerShape {
  readonly weights: readonly WeightShape[];
  readonly attention?: AttentionDims;
  /** Inner size of the (dense) MLP. */
  readonly inner?: number;
  readonly experts?: ExpertShape;
}

/**
 * How a token's experts are chosen, as the model's code writes it. `softmax`: over all experts, then the best.
 * `softmax-of-best`: over the chosen ones alone. `grouped-sigmoid`: DeepSeek V3's, with a correction bias and groups.
 */
export interface RouterShape {
  readonly kind: 'softmax' | 'softmax-of-best' | 'grouped-sigmoid';
  /** The weights of the chosen experts are divided by their sum. */
  readonly normalised: boolean;
  /** Logits are computed in fp32 from an fp32 copy of the router. */
  readonly inFp32?: boolean;
  /** Logits become fp32 before anything else is done with them. */
  readonly upcast?: boolean;
  /** Softmax stays in the logits' type. */
  readonly ownSoftmax?: boolean;
  /** The weights go back to the stream's type. */
  readonly castsBack?: boolean;
  /** The weights are multiplied by a number at the end. */
  readonly scaled?: boolean;
  /** Experts are grouped, and groups chosen first. */
  readonly groups?: { readonly count: number; readonly chosen: number };
  /** The router sees hidden states before they become rows. */
  readonly seesStates?: boolean;
}

export interface ExpertShape {
  readonly count: number;
  readonly active: number;
  readonly inner: number;
  /** Experts that every token passes. */
  readonly shared: number;
  /** What the parts were called as modules of their own, where PEFT maps these names; absent: adapters leave them alone. */
  readonly names?: { readonly router: string; readonly gateUp: readonly string[]; readonly down: string };
  /** gpt-oss: gate and up lie in turns and are clamped; absent: halves, and SiLU. */
  readonly gate?: 'clamped';
  /** Absent: parameters are known, the step is not. */
  readonly router?: RouterShape;
}

/**
 * How a norm is written. `rms-cast-last`: the weight multiplies in fp32, then comes the cast; `layer`: torch's LayerNorm;
 * `layer-bare`: the same in fp32, without a weight; `layer-python`: LayerNorm spelled out.
 */
export type NormForm = 'rms' | 'rms-cast-last' | 'layer' | 'layer-bare' | 'layer-python';
/** How apply_rotary_pos_emb is written: see ops/rotary-forms.ts. */
export type RotaryForm =
  | 'whole'
  | 'joined'
  | 'halves'
  | 'joined-late'
  | 'joined-outside'
  | 'interleaved'
  | 'interleaved-in-fp32'
  | 'cast-back'
  | 'in-fp32';

export interface BlockTraits {
  /** The model's code makes a sliding mask although no layer slides (Qwen2MoeModel). */
  readonly idleSlidingMask?: boolean;
  /** Of the MLP, by transformers' name (ACT2FN); absent: SiLU. */
  readonly activation?: string;
  /** `tanh(x / cap) * cap` on attention scores, on logits. */
  readonly capsScores?: boolean;
  readonly capsLogits?: boolean;
  /** The embedding's own scale, a buffer of one number beside the token table. */
  readonly scaleBuffer?: boolean;
  /** Sliding layers have rotary tables of their own. */
  readonly slidingRotary?: boolean;
  /** Where dropout is on in training. */
  readonly dropout?: { readonly embedding: boolean; readonly attention: boolean; readonly residual: boolean };
  /** How tokens know their place; absent: rotary tables. */
  readonly positions?: 'learned' | 'alibi';
  /** Attention and MLP read the same input. */
  readonly parallel?: boolean;
  readonly norm?: NormForm;
  /** `x * (1 + w)`, where it is not the program's own way (Gemma, in LitGPT's module). */
  readonly normsAddOne?: boolean;
  readonly rotary?: RotaryForm;
  /** torchtune's own rotation: neighbours or halves of a head; its table, of which there is one, or one a layer. */
  readonly turns?: {
    readonly form: 'pairs' | 'halves' | 'halves-in-fp32';
    readonly tableBytes: number;
    readonly shared: boolean;
  };
  /** How much of a head turns; absent: all of it. */
  readonly rotaryShare?: number;
  /** Positions are counted along time, height and width, and each row of the batch has tables of its own. */
  readonly rotaryAxes?: boolean;
  /** Rotary tables hold each angle once. */
  readonly rotaryOnce?: boolean;
  /** The family's code takes no kernel of PyTorch's own choosing: attention is written out. */
  readonly noSdpa?: boolean;
  /** Rotary tables stay fp32, whatever the stream's type. */
  readonly rotaryInFp32?: boolean;
  /** Norms of queries and keys see all heads at once. */
  readonly wideHeadNorms?: boolean;
  /** They run when queries, keys and values are all there; absent: each after its projection. */
  readonly lateHeadNorms?: boolean;
  /** Dropout is the last line of attention and of the MLP. */
  readonly dropsBranches?: boolean;
  /** Queries, keys and values are clamped in place. */
  readonly clampsProjections?: boolean;
  /** What is multiplied by a number: the embedding, what a branch adds to the stream, the logits. */
  readonly scales?: { readonly embedding?: boolean; readonly residual?: boolean; readonly logits?: boolean };
  /** LayerNorms stand after attention and MLP (OPT 350M). */
  readonly normsAfter?: boolean;
}

/** How a block of a vision tower is written, by the names of its parts. */
export interface TowerBlock {
  readonly norms: readonly [first: string, second: string];
  readonly rms?: boolean;
  /** Projections to queries, keys and values; one name: they are one. */
  readonly attention: readonly string[];
  readonly output: string;
  /** Absent: gate, up and down. */
  readonly mlp?: readonly [up: string, down: string];
  readonly activation: string;
  /** Queries and keys are turned in fp32. */
  readonly rotary?: boolean;
}

/**
 * A vision tower beside a language model, and the projector that leads from it into the model's width. It makes `merged`
 * patches of an image into one token.
 */
export interface TowerShape {
  readonly program: TowerProgramName;
  readonly block: TowerBlock;
  readonly hidden: number;
  readonly merged: number;
  /** Of a patch, in pixels; with colours and frames it has `pixels` numbers. */
  readonly side: number;
  readonly pixels: number;
  /** Patches of an image, where the model fixes its size. */
  readonly patchesPerImage?: number;
  /** Blocks whose outputs lead to features for the language model's first layers. */
  readonly deepstack?: readonly number[];
  /** Patches that see each other, except in the blocks named. */
  readonly window?: { readonly patches: number; readonly everywhere: readonly number[] };
  /** Patch embedding and positions, … */
  readonly below: readonly WeightShape[];
  /** … blocks, … */
  readonly kinds: readonly LayerShape[];
  readonly layers: readonly number[];
  /** … what stands on them, and the projector, which trainers freeze apart from the tower. */
  readonly above: readonly WeightShape[];
  readonly projector: readonly WeightShape[];
}

export interface ModelShape {
  /** `model_type` of the Hugging Face config. */
  readonly family: string;
  /** Which block program replays a layer; absent: parameters are known, the step is not. */
  readonly program?: ProgramName;
  /** What families that share a program do differently; absent: as Llama does. */
  readonly traits?: BlockTraits;
  readonly hidden: number;
  readonly vocabulary: number;
  readonly tied: boolean;
  readonly tower?: TowerShape;
  /** Tensors before the layers: token and position tables, embedding norms. */
  readonly below: readonly WeightShape[];
  /** The distinct layers … */
  readonly kinds: readonly LayerShape[];
  /** … and which of them stands at each depth. */
  readonly layers: readonly number[];
  /** Tensors after the layers: final norm, head (absent when tied). */
  readonly above: readonly WeightShape[];
  /** Tables of fp32 that live as buffers, in bytes (MiniMind's rotary tables). */
  readonly bufferBytes?: number;
  readonly maxPositions?: number;
  /** The checkpoint's own type, where known: what "auto" loads. */
  readonly dtype?: 'fp32' | 'bf16' | 'fp16';
}

export const weightElements = (w: WeightShape): number => (w.rows * w.cols + (w.bias ? w.rows : 0)) * (w.count ?? 1);
const sum = (ws: readonly WeightShape[]): number => ws.reduce((n, w) => n + weightElements(w), 0);

/** Exact number of parameters; a tied head counts once. */
export function parameterCount(shape: ModelShape): number {
  const perKind = shape.kinds.map((k) => sum(k.weights));
  const ends = sum(shape.below) + sum(shape.above) + sum(shape.tower ? towerWeights(shape.tower) : []);
  return shape.layers.reduce((n, k) => n + (perKind[k] ?? 0), ends);
}

/** All tensors of a tower and its projector. */
export const towerWeights = ({ below, kinds, layers, above, projector }: TowerShape): WeightShape[] => [
  ...below,
  ...layers.flatMap((k) => kinds[k]?.weights ?? []),
  ...above,
  ...projector,
];
