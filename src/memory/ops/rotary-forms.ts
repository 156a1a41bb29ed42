// apply_rotary_pos_emb as the families of transformers write it. What differs: how much of a head turns, in which type, and
// which locals outlive the call.

import { type Engine, temporary } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Tensor } from '../engine/tensor.ts';
import type { RotaryForm } from '../shape.ts';
import { to } from './cast.ts';
import { add, mul, subtract } from './pointwise.ts';
import { rotary, rotateHalf } from './rotary.ts';
import { join, slice } from './slice.ts';
import { split } from './split.ts';

const INTERLEAVED = label('rotary tables, every value twice', 'activations');

/** Un-rotated queries and keys; they are taken over. */
type Pair = readonly [q: Tensor, k: Tensor];
export interface Tables {
  readonly cos: Tensor;
  readonly sin: Tensor;
  /** How much of a head turns. */
  readonly share: number;
}
export interface Turned {
  readonly query: Tensor;
  readonly key: Tensor;
  /** Locals of attention that live until it returns. */
  readonly held: readonly Tensor[];
  /** `cat` leaves them as [batch, heads, tokens, dim]. */
  readonly headsFirst: boolean;
}

/** Llama's: both results exist before the arguments die. */
function whole(e: Engine, [q, k]: Pair, { cos, sin }: Tables): Turned {
  const query = rotary(e, q, cos, sin);
  const key = rotary(e, k, cos, sin);
  return done(e, query, key, [q, k]);
}

/** OLMo: fp32 tables, so the sums are fp32 and cast at the end. */
function castBack(e: Engine, [q, k]: Pair, { cos, sin }: Tables): Turned {
  const turned = [rotary(e, q, cos, sin), rotary(e, k, cos, sin)] as const;
  const query = to(e, turned[0], q.dtype);
  const key = to(e, turned[1], k.dtype);
  return done(e, query, key, [...turned, q, k]);
}

/** Cohere: `q.float()` first, cast at the end. */
function inFp32(e: Engine, [q, k]: Pair, { cos, sin }: Tables): Turned {
  const upcast = [to(e, q, 'fp32'), to(e, k, 'fp32')] as const;
  const turned = [rotary(e, upcast[0], cos, sin), rotary(e, upcast[1], cos, sin)] as const;
  const query = to(e, turned[0], q.dtype);
  const key = to(e, turned[1], k.dtype);
  return done(e, query, key, [...turned, ...upcast, q, k]);
}

/** Phi-3: the turned part and the rest put together in one expression, also where nothing is left over. */
function joined(e: Engine, [q, k]: Pair, { cos, sin, share }: Tables): Turned {
  const [qTurning, qRest] = parted(e, q, share);
  const [kTurning, kRest] = parted(e, k, share);
  const query = join(e, [temporary(rotary(e, qTurning, cos, sin)), qRest]);
  const key = join(e, [temporary(rotary(e, kTurning, cos, sin)), kRest]);
  return { ...done(e, query, key, [qTurning, qRest, kTurning, kRest, q, k]), headsFirst: true };
}

/** GPT-NeoX: both are turned before either is put together with the rest. */
function joinedLate(e: Engine, [q, k]: Pair, { cos, sin, share }: Tables): Turned {
  const [qTurning, qRest] = parted(e, q, share);
  const [kTurning, kRest] = parted(e, k, share);
  const turned = [rotary(e, qTurning, cos, sin), rotary(e, kTurning, cos, sin)] as const;
  const query = join(e, [temporary(turned[0]), qRest]);
  const key = join(e, [temporary(turned[1]), kRest]);
  return { ...done(e, query, key, [qTurning, qRest, kTurning, kRest, q, k]), headsFirst: true };
}

/** StableLM, Phi: the same in attention itself, so the parts are its locals. */
function joinedOutside(e: Engine, [q, k]: Pair, { cos, sin, share }: Tables): Turned {
  const [qTurning, qRest] = parted(e, q, share);
  const [kTurning, kRest] = parted(e, k, share);
  const turned = [rotary(e, qTurning, cos, sin), rotary(e, kTurning, cos, sin)] as const;
  e.release(qTurning);
  e.release(kTurning);
  const query = join(e, [turned[0], qRest]);
  e.release(q);
  const key = join(e, [turned[1], kRest]);
  e.release(k);
  return { query, key, held: [...turned, qRest, kRest], headsFirst: true };
}

/** GLM-4: tables with every value twice, made anew in each layer. */
function interleaved(e: Engine, [q, k]: Pair, tables: Tables): Turned {
  const { cos, sin } = doubled(e, tables);
  const [qTurning, qRest] = parted(e, q, tables.share);
  const [kTurning, kRest] = parted(e, k, tables.share);
  const turned = [rotary(e, qTurning, cos, sin), rotary(e, kTurning, cos, sin)] as const;
  const query = join(e, [turned[0], qRest]);
  e.release(turned[0]);
  const key = join(e, [turned[1], kRest]);
  const locals = [turned[1], cos, sin, qTurning, qRest, kTurning, kRest, q, k];
  return { ...done(e, query, key, locals), headsFirst: true };
}

/** ERNIE 4.5: such tables in fp32, `(q.float() * cos) + (rotate_half(q).float() * sin)`. */
function interleavedInFp32(e: Engine, [q, k]: Pair, tables: Tables): Turned {
  const { cos, sin } = doubled(e, tables);
  const turn = (x: Tensor): Tensor => {
    const straight = mul(e, temporary(to(e, x, 'fp32')), cos);
    const half = to(e, temporary(rotateHalf(e, x)), 'fp32');
    return add(e, temporary(straight), temporary(mul(e, temporary(half), sin)));
  };
  const turned = [turn(q), turn(k)] as const;
  const query = to(e, turned[0], q.dtype);
  const key = to(e, turned[1], k.dtype);
  return done(e, query, key, [...turned, cos, sin, q, k]);
}

/** gpt-oss: each half of a head turned by tables of half its width. */
function halves(e: Engine, [q, k]: Pair, { cos, sin }: Tables): Turned {
  const turn = (x: Tensor): Tensor => {
    const half = x.elements / 2;
    const [a, b] = split(e, e.keep(x), [half, half]);
    if (!a || !b) throw new Error('two halves');
    const first = subtract(e, temporary(mul(e, a, cos)), temporary(mul(e, b, sin)));
    const second = add(e, temporary(mul(e, b, cos)), temporary(mul(e, a, sin)));
    const out = join(e, [first, second]);
    for (const t of [a, b, first, second]) e.release(t);
    return out;
  };
  const query = turn(q);
  const key = turn(k);
  return { ...done(e, query, key, [q, k]), headsFirst: true };
}

/** A slice over everything is the tensor itself. */
function parted(e: Engine, x: Tensor, share: number): [turning: Tensor, rest: Tensor] {
  const turning = Math.round(x.elements * share);
  return [share === 1 ? e.keep(x) : slice(e, x, turning), slice(e, x, x.elements - turning)];
}

/** `cos[..., : half].repeat_interleave(2, dim=-1)`. */
function doubled(e: Engine, { cos, sin }: Tables): { readonly cos: Tensor; readonly sin: Tensor } {
  return { cos: e.make(cos.elements, cos.dtype, INTERLEAVED), sin: e.make(sin.elements, sin.dtype, INTERLEAVED) };
}

function done(e: Engine, query: Tensor, key: Tensor, locals: readonly Tensor[]): Turned {
  for (const t of locals) e.release(t);
  return { query, key, held: [], headsFirst: false };
}

const FORMS: Readonly<Record<RotaryForm, (e: Engine, pair: Pair, tables: Tables) => Turned>> = {
  whole,
  joined,
  halves,
  interleaved,
  'cast-back': castBack,
  'in-fp32': inFp32,
  'joined-late': joinedLate,
  'joined-outside': joinedOutside,
  'interleaved-in-fp32': interleavedInFp32,
};

export const applyRotary = (e: Engine, form: RotaryForm, pair: Pair, tables: Tables): Turned =>
  FORMS[form](e, pair, tables);
