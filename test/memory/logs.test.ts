// The replay's tape against allocation logs of real steps, event by event: every allocation of 16 KiB or more in the same
// order and of the same size, with the same bytes alive beside it. The logs are large and lie beside the repository.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { roundToBlock } from '../../src/memory/allocator.ts';
import type { Sink } from '../../src/memory/engine/sink.ts';
import type { Phase } from '../../src/memory/estimate.ts';
import { type Plan, planOf } from '../../src/memory/plan.ts';
import { completeRun, type RunInput } from '../../src/memory/run.ts';
import { replay } from '../../src/memory/step.ts';
import { beside } from './replayed.ts';
import { type LlamaConfig, shapeOf } from './shape-of-config.ts';

const BIG = 16_384;
/** Small tensors (scalars of gradient clipping, autocast's bookkeeping) may differ by a few blocks. */
const SMALL_CHANGE = 32_768;

/** The case as the log's header describes it. */
interface Case {
  readonly shape: LlamaConfig;
  readonly regime: 'fp32' | 'pure_bf16' | 'amp_bf16' | 'amp_fp16';
  readonly method: 'full' | 'lora' | 'qlora' | 'freeze';
  readonly gc?: boolean;
  readonly reentrant?: boolean;
  readonly attn: string;
  readonly mask: string;
  readonly optim: string;
  readonly batch: number;
  readonly seq: number;
  readonly accum?: number;
  readonly clip?: boolean;
  readonly loss: string;
  readonly wrapper?: string;
  readonly step?: number;
  readonly base_dtype?: string;
  readonly r?: number;
  readonly targets?: 'all-linear' | readonly string[];
  readonly lora_dropout?: number;
  readonly adapter_dtype?: string;
  readonly double_quant?: boolean;
  readonly kbit_prep?: boolean | string;
  readonly trainable_layers?: number;
  readonly dora?: boolean;
}

function runOf(c: Case): RunInput {
  const adapters = c.method === 'lora' || c.method === 'qlora';
  return {
    model: {},
    batch: { micro: c.batch, sequence: c.seq, accumulation: c.accum ?? 1 },
    method: {
      kind: adapters ? 'lora' : (c.method as 'full' | 'freeze'),
      rank: c.r ?? 0,
      targets: c.targets ?? 'all-linear',
      dropout: c.lora_dropout ?? 0,
      adapterDtype: c.adapter_dtype ? 'bf16' : 'fp32',
      trainableLayers: c.trainable_layers ?? 0,
    },
    weights: {
      dtype: c.base_dtype || c.regime === 'pure_bf16' ? 'bf16' : 'fp32',
      ...(c.method === 'qlora'
        ? { quantization: c.double_quant === false ? 'nf4' : 'nf4-double', kbitUpcast: upcastOf(c.kbit_prep) }
        : {}),
    },
    autocast: c.regime === 'amp_bf16' ? 'bf16' : c.regime === 'amp_fp16' ? 'fp16' : 'none',
    attention: c.attn === 'eager' ? 'eager' : c.attn === 'sdpa_efficient' ? 'mem-efficient' : 'flash',
    mask: c.mask === 'padded' ? 'padded' : 'none',
    loss: LOSSES[c.loss] ?? {},
    framework: c.wrapper ? { wrapper: c.wrapper } : {},
    checkpointing: { kind: c.gc ? 'full' : 'none', reentrant: c.reentrant ?? false },
    optimizer: OPTIMIZERS[c.optim] ?? {},
    clip: c.clip ?? true,
  };
}
const upcastOf = (prep: Case['kbit_prep']): 'all' | 'norms' | 'none' => {
  if (prep === 'trl_bf16') return 'norms';
  return prep === false ? 'none' : 'all';
};
const LOSSES: Readonly<Record<string, NonNullable<RunInput['loss']>>> = {
  hf_keep: { held: 'outputs-through-backward' },
  hf_loop: { held: 'logits-until-next-forward' },
  old_hf: { form: 'transformers-before-4.46' },
  plain: { upcast: false },
};
const OPTIMIZERS: Readonly<Record<string, NonNullable<RunInput['optimizer']>>> = {
  adamw_fused: { implementation: 'fused' },
  adamw_foreach: { implementation: 'foreach' },
  adamw_loop: { implementation: 'loop' },
  adamw_8bit: { bits: 8, library: 'bitsandbytes' },
  sgd: { name: 'sgd' },
  sgd_momentum: { name: 'sgd', momentum: 0.9 },
  adafactor: { name: 'adafactor' },
};

interface Event {
  readonly bytes: number;
  readonly live: number;
}

class Recorder implements Sink {
  readonly events: Event[] = [];
  readonly forwards: number[] = [];
  private live = 0;
  private readonly sizes: number[] = [];

  alloc(bytes: number): number {
    this.live += roundToBlock(bytes);
    this.events.push({ bytes, live: this.live });
    return this.sizes.push(roundToBlock(bytes)) - 1;
  }
  free(id: number): void {
    this.live -= this.sizes[id] ?? Number.NaN;
  }
  enter(): void {}
  begin(phase: Phase): void {
    if (phase === 'forward') this.forwards.push(this.events.length);
  }
  emptyCache(): void {}
  forgetPeaks(): void {}
}

function replayed(plan: Plan, step: number): Event[] {
  const recorder = new Recorder();
  replay(plan, recorder, step);
  const start = recorder.forwards[plan.accumulation * (step - 1)] ?? 0;
  return recorder.events.slice(start).filter((e) => e.bytes >= BIG);
}

function logged(lines: readonly string[], base: number): Event[] {
  let live = base;
  const events: Event[] = [];
  for (const line of lines) {
    const e = JSON.parse(line) as { e: 'alloc' | 'free'; b: number; r: number };
    live += e.e === 'alloc' ? e.b : -e.b;
    if (e.e === 'alloc' && e.r >= BIG) events.push({ bytes: e.r, live });
  }
  return events;
}

const folder = beside('truth/traces');
const line = /^(llama|mistral|qwen2|qwen3)-/;
const files = folder ? readdirSync(folder).filter((f) => line.test(f) && !f.includes('dora')) : [];
if (!folder) console.log('allocation logs: skipped, they are not beside this repository');

describe.skipIf(!folder)('allocation logs', () => {
  it('are there', () => expect(files.length).toBeGreaterThan(40));

  it.each(files)('%s', (file) => {
    const [head = '', ...lines] = readFileSync(`${folder}/${file}`, 'utf8').split('\n').filter(Boolean);
    const header = JSON.parse(head) as { case: Case; noSlack: { rounded: { base: number } } };
    const plan = planOf(completeRun(runOf(header.case)), shapeOf(header.case.shape), null);
    if (!plan.ok) throw new Error(plan.error.field);
    const mine = replayed(plan.value, header.case.step ?? 2);
    const theirs = logged(lines, header.noSlack.rounded.base);
    expect(mine.map((e) => e.bytes)).toEqual(theirs.map((e) => e.bytes));
    const offset = (mine[0]?.live ?? 0) - (theirs[0]?.live ?? 0);
    const apart = mine.map((e, i) => Math.abs(e.live - (theirs[i]?.live ?? 0) - offset));
    expect(Math.max(...apart)).toBeLessThanOrEqual(SMALL_CHANGE);
  });
});
