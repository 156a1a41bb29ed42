// Activation functions by the names of transformers' ACT2FN (activations.py).

import { borrow, type Engine, letGo, temporary } from '../engine/engine.ts';
import { label } from '../engine/sink.ts';
import type { Slot, Tensor } from '../engine/tensor.ts';
import { to } from './cast.ts';
import { add, mul, scale, silu } from './pointwise.ts';
import { sigmoid } from './routing.ts';

const OUTPUT = label('activation', 'activations');
const POWER = label('power', 'activations');
const TANH = label('tanh', 'activations');
const GRADIENT = label('gradient', 'temporaries');

/** One kernel that saves its input: gelu, its tanh approximation, relu (which saves its result instead). */
function fused(e: Engine, x: Tensor, keeps: 'input' | 'result'): Tensor {
  const saved: Slot[] = [];
  const needed = e.needsGrad(x);
  if (needed && keeps === 'input') e.save(saved, x);
  const out = e.make(x.elements, x.dtype, OUTPUT);
  if (needed && keeps === 'result') e.save(saved, out);
  return e.record(out, [x], saved, (b, g) => [b.make(g.elements, g.dtype, GRADIENT)]);
}

/** `torch.pow(x, 3.0)`, `torch.square(x)`: autocast runs it in fp32. Backward makes the power, its product, and the gradient. */
function power(e: Engine, x: Tensor): Tensor {
  const input = e.autocast ? to(e, x, 'fp32') : e.keep(x);
  const saved: Slot[] = [];
  if (e.needsGrad(input)) e.save(saved, input);
  const out = e.record(e.make(x.elements, input.dtype, POWER), [input], saved, (b, g) => {
    const power = b.make(g.elements, g.dtype, GRADIENT);
    const scaled = b.make(g.elements, g.dtype, GRADIENT);
    const gradient = b.make(g.elements, g.dtype, GRADIENT);
    b.release(scaled);
    b.release(power);
    return [gradient];
  });
  e.release(input);
  return out;
}

function tanh(e: Engine, x: Tensor): Tensor {
  const saved: Slot[] = [];
  const out = e.make(x.elements, x.dtype, TANH);
  if (e.needsGrad(x)) e.save(saved, out);
  return e.record(out, [x], saved, (b, g) => [b.make(g.elements, g.dtype, GRADIENT)]);
}

/** A number added: nothing is saved, the gradient passes. */
function addNumber(e: Engine, x: Tensor): Tensor {
  return e.record(e.make(x.elements, x.dtype, OUTPUT), [x], [], (b, g) => [b.keep(g)]);
}

/** NewGELUActivation: `0.5 * x * (1.0 + tanh(c * (x + 0.044715 * pow(x, 3.0))))`, each a tensor. */
function newGelu(e: Engine, x: Tensor): Tensor {
  const half = scale(e, x);
  const inner = add(e, x, temporary(scale(e, temporary(power(e, x)))));
  const curve = tanh(e, temporary(scale(e, temporary(inner))));
  return mul(e, temporary(half), temporary(addNumber(e, temporary(curve))));
}

/** ReLUSquaredActivation: both results are locals; autocast squares in fp32. */
function relu2(e: Engine, x: Tensor): Tensor {
  const applied = fused(e, x, 'result');
  const out = power(e, applied);
  e.release(applied);
  return out;
}

/** QuickGELUActivation: `x * sigmoid(1.702 * x)`. */
function quickGelu(e: Engine, x: Tensor): Tensor {
  return mul(e, x, temporary(sigmoid(e, temporary(scale(e, x)))));
}

const ACTIVATIONS: Readonly<Record<string, (e: Engine, x: Tensor) => Tensor>> = {
  gelu: (e, x) => fused(e, x, 'input'),
  gelu_pytorch_tanh: (e, x) => fused(e, x, 'input'),
  gelu_new: newGelu,
  quick_gelu: quickGelu,
  relu: (e, x) => fused(e, x, 'result'),
  relu2,
  silu,
  swish: silu,
};

/** `self.act(hidden_states)`. A temporary argument lives until the function returns. */
export function activate(e: Engine, x: Tensor, name: string): Tensor {
  const owned = borrow(x);
  const run = ACTIVATIONS[name];
  if (!run) throw new Error(`no activation ${name}`);
  const out = run(e, x);
  letGo(e, x, owned);
  return out;
}
export const ACTIVATION_NAMES: readonly string[] = Object.keys(ACTIVATIONS);
