import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { analyse, reanalyse } from '../../src/service/analyse.ts';
import { environment } from '../support/environment.ts';

vi.mock('../../src/memory/estimate-run.ts', () => import('../support/linear-estimate.ts'));

const lora = readFileSync(new URL('../fixtures/service/hints/lora.yaml', import.meta.url), 'utf8');
const ownRun = readFileSync(new URL('../fixtures/service/hints/own-run.yaml', import.meta.url), 'utf8');

const CONFIG = {
  model_type: 'llama',
  hidden_size: 64,
  intermediate_size: 128,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  vocab_size: 1000,
};

describe('analyse', () => {
  it('loads weights in the type of the checkpoint where the file says "auto"', () => {
    expect(analyse(lora, 'a.yaml', environment()).run?.weights.dtype).toBe('bf16');
  });

  it('takes bf16 where nobody says the type of the checkpoint, and says so', () => {
    const text = lora.replace('Qwen/Qwen2.5-7B-Instruct', './ours');
    const typed = (config: object) => {
      const a = analyse(text, 'a.yaml', environment(null, 'en', { './ours/config.json': JSON.stringify(config) }));
      return [a.run?.weights.dtype, a.reading?.assumed.find((one) => one.field === 'weights.dtype')];
    };
    const assumed = (value: string, why: string) => [value, { field: 'weights.dtype', value, why }];
    expect(typed(CONFIG)).toEqual(assumed('bf16', 'checkpoint-dtype-unknown'));
    expect(typed({ ...CONFIG, torch_dtype: 'float16' })).toEqual(assumed('fp16', 'checkpoint-dtype'));
  });

  it('reads a config.json beside the file, and wants it while nobody has looked', () => {
    const text = lora.replace('Qwen/Qwen2.5-7B-Instruct', './ours');
    const before = analyse(text, 'a.yaml', environment());
    expect(before.model).toMatchObject({ kind: 'unknown' });
    expect(before.reading?.wanted).toEqual(['./ours/config.json']);
    const config = JSON.stringify({ ...CONFIG, torch_dtype: 'float32' });
    const after = analyse(text, 'a.yaml', environment(null, 'en', { './ours/config.json': config }));
    expect(after.model).toMatchObject({ kind: 'known', source: 'config' });
    expect(after.run?.weights.dtype).toBe('fp32');
  });

  it('asks the same question again with other values, and leaves the text alone', () => {
    const a = analyse(lora, 'a.yaml', environment());
    const b = reanalyse(a, { cutoff_len: '4096' });
    expect(b.run?.batch.sequence).toBe(4096);
    expect(b.doc.text).toBe(lora);
    expect(reanalyse(b, { lora_rank: '8' }).run).toMatchObject({ batch: { sequence: 4096 }, method: { rank: 8 } });
  });

  it('answers a what-if at the depth of typing', () => {
    const a = analyse(lora, 'a.yaml', { ...environment(), depth: 'allocator' });
    expect(a.estimate?.depth).toBe('allocator');
    expect(reanalyse(a, {}).estimate?.depth).toBe('ledger');
  });

  it('takes the card of the file where the user names none, and the card of the user before it', () => {
    expect(analyse(ownRun, 'a.yaml', environment()).target?.label).toBe('A100 40GB');
    const asked = analyse(ownRun, 'a.yaml', environment('RTX 4090'));
    expect(asked.target?.label).toBe('RTX 4090');
    expect(asked.run?.gpu).toBe('RTX 4090');
  });

  it('runs on as many cards as the target has, where the file does not say', () => {
    expect(analyse(lora, 'a.yaml', environment('2x RTX 3090')).run?.parallel).toMatchObject({
      gpus: 2,
      strategy: 'ddp',
    });
    expect(analyse(lora, 'a.yaml', environment('RTX 3090')).run?.parallel).toMatchObject({ gpus: 1, strategy: 'none' });
    const own = `${ownRun}parallel: { gpus: 4, strategy: zero2 }\n`;
    expect(analyse(own, 'a.yaml', environment('2x RTX 3090')).run?.parallel).toMatchObject({
      gpus: 4,
      strategy: 'zero2',
    });
  });

  it('judges by the ends of the range', () => {
    const verdict = (gpu: string) => analyse(lora, 'a.yaml', environment(gpu)).verdict;
    expect([verdict('80 GiB'), verdict('16 GiB'), verdict('8 GiB')]).toEqual(['fits', 'tight', 'over']);
    expect(analyse(lora, 'a.yaml', environment()).verdict).toBeNull();
  });

  it('reads a dialect that the user chose, and none that does not exist', () => {
    const chosen = (dialect: string) => analyse(lora, 'a.yaml', { ...environment(), dialect }).dialect?.id;
    expect(chosen('llamafactory')).toBe('llamafactory');
    expect(chosen('no-such')).toBeUndefined();
  });
});
