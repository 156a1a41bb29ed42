import { describe, expect, it } from 'vitest';
import { completeRun, type RunInput } from '../../../src/memory/run.ts';
import { readFixture, readText } from '../read-fixture.ts';

const runOf = (name: string) => completeRun(readFixture(`minimind/${name}`).reading.run as RunInput);
const command = (line: string) => readText(`${line}\n`, {}, 'run.sh').reading;

describe('command lines of MiniMind', () => {
  it('are read with their continuations, variables and launcher', () => {
    const { reading } = readFixture('minimind/full-sft.sh');
    expect(runOf('full-sft.sh')).toMatchObject({
      model: { config: { model_type: 'minimind', hidden_size: 1024, num_hidden_layers: 16, qk_norm: true } },
      framework: { name: 'minimind', compile: false },
      stage: 'sft',
      method: { kind: 'full' },
      weights: { dtype: 'fp32' },
      autocast: 'bf16',
      optimizer: { name: 'adamw', implementation: 'foreach' },
      batch: { micro: 8, accumulation: 4, sequence: 512 },
      parallel: { gpus: 2, strategy: 'ddp' },
    });
    expect(reading.findings).toEqual([]);
    expect(reading.assumed.map(({ field }) => field)).toEqual(['model']);
  });

  it('say where each value stands', () => {
    const { doc, reading } = readFixture('minimind/full-sft.sh');
    const written = (field: string): readonly string[] => {
      const origin = reading.fields.get(field)?.origin;
      if (origin?.kind !== 'file') return [];
      return [origin.keySpan, origin.span].map(({ start, end }) => doc.text.slice(start, end));
    };
    expect(written('batch.micro')).toEqual(['--batch_size', '$BATCH']);
    expect(written('batch.sequence')).toEqual(['--max_seq_len', `"$\{LEN}"`]);
    expect(written('batch.accumulation')).toEqual(['--accumulation_steps', '4']);
    expect(written('parallel.gpus')).toEqual(['--nproc_per_node', '2']);
  });

  it('have the defaults of their script', () => {
    expect(runOf('README.md')).toMatchObject({
      model: { config: { hidden_size: 768, num_hidden_layers: 8, use_moe: true, num_experts: 4 } },
      stage: 'pretrain',
      autocast: 'fp16',
      batch: { micro: 32, accumulation: 8, sequence: 340 },
      parallel: { gpus: 1, strategy: 'none' },
    });
    expect(runOf('Dockerfile')).toMatchObject({
      stage: 'sft',
      method: { kind: 'lora', rank: 16, targets: ['q_proj', 'o_proj'] },
      batch: { micro: 32, accumulation: 1, sequence: 340 },
    });
  });

  it('are followed by the arguments of the scripts themselves', () => {
    expect(runOf('train_pretrain.py')).toMatchObject({
      model: { config: { hidden_size: 512, num_hidden_layers: 12 } },
      autocast: 'fp16',
      batch: { micro: 24, accumulation: 8, sequence: 340 },
    });
  });

  it('leave out what cannot be read, and say so', () => {
    const { run, findings } = command('python train_pretrain.py --batch_size many --max_seq_len 256');
    expect(run?.batch).toMatchObject({ micro: 32, sequence: 256 });
    expect(findings).toMatchObject([{ code: 'unreadable-value', args: { key: 'batch_size', got: 'many' } }]);
  });

  it('take as many GPUs as the launcher starts, or leave them open', () => {
    const gpus = (line: string) => command(`${line} train_full_sft.py --use_moe 0`).run?.parallel?.gpus;
    expect(gpus('torchrun --nproc_per_node=4 --nnodes=2')).toBe(8);
    expect(gpus('CUDA_VISIBLE_DEVICES=0,1,2 torchrun --nproc_per_node gpu')).toBe(3);
    expect(gpus('accelerate launch --num_machines 2 --num_processes 16')).toBe(16);
    expect(gpus('torchrun --nproc_per_node gpu')).toBeUndefined();
    expect(gpus('python')).toBeUndefined();
  });
});
