import { expect, test } from 'vitest';
import { COMPUTED_OPTIMIZERS } from '../../src/profiler/numbers/optimizers.ts';
import { DECODERS } from '../../src/profiler/numbers/programs.ts';
import { gpuComplaints, installCommand, ladderOf } from '../../src/profiler/rungs.ts';
import { narrowings, shrink } from '../../src/profiler/shrink.ts';
import {
  COMPUTED_PROGRAMS,
  COMPUTED_OPTIMIZERS as KNOWN_OPTIMIZERS,
  notComputed,
  twinOf,
} from '../../src/profiler/twin.ts';
import { smallRun } from './runs.ts';

test('a named backend is tried alone, and the replay is always there', () => {
  expect(ladderOf('auto')).toEqual(['tfjs-node-gpu', 'tfjs-node', 'wasm', 'cpu', 'dry']);
  expect(ladderOf('wasm')).toEqual(['wasm', 'dry']);
  expect(ladderOf('dry')).toEqual(['dry']);
});

test('an install command survives a folder with spaces', () => {
  expect(installCommand('wasm', '/home/a b')).toBe(
    'npm install --prefix "/home/a b" @tensorflow/tfjs-backend-wasm@4.22.0 @tensorflow/tfjs-core@4.22.0',
  );
});

test('of what TensorFlow prints, the lines that explain a missing GPU are shown', () => {
  const stderr = `2026-01-01 10:00:00.000000: I tensorflow/core/util/util.cc:169] oneDNN custom operations are on.
2026-01-01 10:00:00.100000: W tensorflow/stream_executor/platform/default/dso_loader.cc:64] Could not load dynamic library 'libcudart.so.11.0'; dlerror: libcudart.so.11.0: cannot open shared object file
2026-01-01 10:00:00.200000: E tensorflow/stream_executor/cuda/cuda_driver.cc:271] failed call to cuInit: UNKNOWN ERROR (303)`;
  expect(gpuComplaints(stderr)).toBe(
    "Could not load dynamic library 'libcudart.so.11.0'; dlerror: libcudart.so.11.0: cannot open shared object file; failed call to cuInit: UNKNOWN ERROR (303)",
  );
});

test('the twin says what it changed, and nothing else', () => {
  const { run } = smallRun({
    autocast: 'bf16',
    weights: { dtype: 'bf16', quantization: 'nf4' },
    parallel: { gpus: 8, strategy: 'zero2' },
  });
  const fields = twinOf(run).changes.map(({ field, from, to }) => `${field}: ${from} → ${to}`);
  expect(fields).toEqual([
    'weights.dtype: bf16 → fp32',
    'weights.quantization: nf4 → none',
    'autocast: bf16 → none',
    'attention: sdpa → mem-efficient',
    'parallel.strategy: zero2 → none',
    'parallel.gpus: 8 → 1',
  ]);
  const { run: twin } = twinOf(run);
  expect(twinOf(twin)).toEqual({ run: twin, changes: [] });
});

test('what has a program with numbers is known without loading it', () => {
  expect([...COMPUTED_PROGRAMS].sort()).toEqual(Object.keys(DECODERS).sort());
  expect([...KNOWN_OPTIMIZERS].sort()).toEqual([...COMPUTED_OPTIMIZERS].sort());
  const { run, shape } = smallRun();
  expect(notComputed(run, shape)).toBeNull();
  expect(notComputed({ ...run, method: { ...run.method, dora: true } }, shape)).toEqual({
    field: 'method.dora',
    value: 'true',
  });
  const { shape: opt } = smallRun({ config: { model_type: 'opt', ffn_dim: 48, word_embed_proj_dim: 32 } });
  expect(notComputed(run, opt)).toEqual({ field: 'model.family', value: 'opt' });
});

test('a narrower model keeps the width of a head and who shares a key', () => {
  const { shape } = smallRun({
    config: {
      hidden_size: 896,
      intermediate_size: 4864,
      num_attention_heads: 14,
      num_key_value_heads: 2,
      vocab_size: 1000,
    },
  });
  const narrowest = narrowings(shape).at(-1) ?? { hidden: 1, heads: 1, inner: 1 };
  const small = shrink(shape, { layers: 2, vocabulary: 100 }, narrowest);
  const attention = small.kinds[0]?.attention;
  expect(attention).toMatchObject({ heads: 7, kvHeads: 1, headDim: 64 });
  expect(small.layers).toHaveLength(2);
  const of = (name: string) => small.kinds[0]?.weights.find((w) => w.name === name);
  expect(of('self_attn.q_proj')).toMatchObject({ rows: 7 * 64, cols: small.hidden });
  expect(of('self_attn.o_proj')).toMatchObject({ rows: small.hidden, cols: 7 * 64 });
  expect(of('mlp.down_proj')).toMatchObject({ rows: small.hidden, cols: of('mlp.up_proj')?.rows });
  expect(small.below[0]).toMatchObject({ rows: 100, cols: small.hidden });
});
