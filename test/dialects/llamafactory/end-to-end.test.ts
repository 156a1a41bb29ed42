// The framework's own command was run on each of these files, and what it really did was written down (`facts`). Our reading of
// the same file must say the same. Rows: test/measured/end-to-end/rows.jsonl (LLaMA-Factory 0.9.4 and 0.9.5, traced).

import { describe, expect, it } from 'vitest';
import type { TrainingRun } from '../../../src/memory/run.ts';
import { type Facts, readRow, rowsOf } from '../end-to-end-rows.ts';

const rows = rowsOf('rows.jsonl');

/** The linears of a layer of the Llama line: [out, in], from the fields of config.json. */
function linears(config: Readonly<Record<string, unknown>>): Readonly<Record<string, readonly [number, number]>> {
  const n = (key: string): number => Number(config[key]);
  const head = Number(config.head_dim ?? n('hidden_size') / n('num_attention_heads'));
  const [h, q, kv, inner] = [
    n('hidden_size'),
    n('num_attention_heads') * head,
    n('num_key_value_heads') * head,
    n('intermediate_size'),
  ];
  return {
    q_proj: [q, h],
    k_proj: [kv, h],
    v_proj: [kv, h],
    o_proj: [h, q],
    gate_proj: [inner, h],
    up_proj: [inner, h],
    down_proj: [h, inner],
  };
}

/** Trained parameters that the reading implies: adapters, DoRA's magnitudes, modules saved in full. */
function trainedByAdapters(run: TrainingRun, config: Readonly<Record<string, unknown>>): number {
  const shapes = linears(config);
  const targets = run.method.targets === 'all-linear' ? Object.keys(shapes) : run.method.targets;
  const perLayer = targets.reduce((sum, name) => {
    const [out, input] = shapes[name] ?? [0, 0];
    return sum + run.method.rank * (out + input) + (run.method.dora ? out : 0);
  }, 0);
  const table = Number(config.vocab_size) * Number(config.hidden_size);
  return perLayer * Number(config.num_hidden_layers) + run.method.modulesToSave.length * table;
}

const TORCH = { fp32: 'float32', bf16: 'bfloat16', fp16: 'float16' } as const;

function trainedDtype(run: TrainingRun, checkpoint: string): string {
  if (run.method.kind === 'lora') return TORCH[run.method.adapterDtype];
  return run.weights.trainableDtype ? TORCH[run.weights.trainableDtype] : checkpoint;
}

function frozenDtypes(run: TrainingRun, checkpoint: string): readonly string[] {
  if (run.method.kind === 'full') return [];
  const { quantization } = run.weights;
  if (quantization === 'none') return [checkpoint];
  return [checkpoint, quantization === 'int8' ? 'int8' : TORCH[run.autocast === 'none' ? 'bf16' : run.autocast]];
}

const optimizerOf = (facts: Facts): string => {
  if (facts.optimizer.startsWith('bitsandbytes.'))
    return `${facts.optimizer.includes('adamw') ? 'adamw' : '?'} loop bitsandbytes`;
  if (facts.optimizer.includes('Adafactor')) return 'adafactor loop transformers';
  const name = facts.optimizer.includes('adamw') ? 'adamw' : 'sgd';
  return `${name} ${facts.optimizerFlags.fused === true ? 'fused' : 'foreach'} torch`;
};

describe(`what the framework did on ${rows.length} files`, () => {
  it.each(rows.map((row) => [row.id, row] as const))('%s', (_id, row) => {
    const { reading, run, config, dtypeWritten } = readRow(row);
    const { facts } = row;
    const checkpoint = String(config.torch_dtype ?? config.dtype);
    expect(reading.findings.filter((f) => f.code !== 'key-without-effect')).toEqual([]);
    // "auto": the checkpoint's type, which the service fills in.
    expect(dtypeWritten).toBeUndefined();
    expect(reading.fields.get('weights.dtype')?.value).toBe('auto');

    const types = (kind: 'frozen' | 'train') =>
      Object.keys(facts.parameters)
        .filter((k) => k.startsWith(kind))
        .map((k) => k.split(' ')[1]);
    expect(types('train')).toEqual([trainedDtype(run, checkpoint)]);
    expect(types('frozen').sort()).toEqual([...new Set(frozenDtypes(run, checkpoint))].sort());
    expect(run.autocast).toBe(facts.autocast === 'no' ? 'none' : facts.autocast);
    expect(run.attention).toBe(facts.attention);
    expect(run.checkpointing.kind === 'none' ? null : run.checkpointing.reentrant).toBe(facts.checkpointReentrant);
    const layers = run.method.kind === 'freeze' ? run.method.trainableLayers : Number(config.num_hidden_layers);
    const calls = run.checkpointing.kind === 'none' ? 0 : layers * 3 * run.batch.accumulation;
    if (run.stage === 'sft' || run.stage === 'pretrain') expect(facts.checkpointCalls).toBe(calls);
    expect(`${run.optimizer.name} ${run.optimizer.implementation} ${run.optimizer.library}`).toBe(optimizerOf(facts));

    if (facts.lora) {
      expect(run.method).toMatchObject({ kind: 'lora', rank: facts.lora.r, dropout: facts.lora.dropout });
      const targets = run.method.targets === 'all-linear' ? Object.keys(linears(config)) : run.method.targets;
      expect([...targets].sort()).toEqual([...facts.lora.targets].sort());
      expect(facts.parameters['train float32']).toBe(trainedByAdapters(run, config));
    } else {
      expect(run.method.kind).not.toBe('lora');
    }

    // Preference stages put the chosen and the rejected row into one forward.
    const rowsInForward = run.batch.micro * (run.stage === 'dpo' ? 2 : 1);
    for (const { shape, maskAllOnes, packedPositions } of facts.batches) {
      expect(shape[0]).toBe(rowsInForward);
      if (row.id.includes('short')) {
        expect(shape[1]).toBeLessThan(run.batch.sequence); // samples shorter than cutoff_len: the assumption the reading states
        expect(reading.assumed.map((a) => a.why)).toContain('rows-at-cutoff');
        continue;
      }
      expect(shape[1]).toBe(run.batch.sequence);
      const mask = maskAllOnes ? 'full' : packedPositions ? 'block' : 'padded';
      expect(run.mask).toBe(mask);
      expect(run.batch.packed).toBe(packedPositions === true || run.stage === 'pretrain');
    }
  });
});
