import { describe, expect, it, vi } from 'vitest';
import type { Language } from '../../src/base/language.ts';
import { analyse } from '../../src/service/analyse.ts';
import { codeLenses } from '../../src/service/code-lens.ts';
import { diagnostics } from '../../src/service/diagnostics.ts';
import { status } from '../../src/service/status.ts';
import { environment } from '../support/environment.ts';

vi.mock('../../src/memory/estimate-run.ts', () => import('../support/linear-estimate.ts'));

const config = (lines: Readonly<Record<string, string>>): string =>
  Object.entries({
    model_name_or_path: 'Qwen/Qwen2.5-0.5B',
    stage: 'sft',
    do_train: 'true',
    finetuning_type: 'lora',
    dataset: 'identity',
    template: 'qwen',
    cutoff_len: '512',
    ...lines,
  })
    .map(([key, value]) => `${key}: ${value}`)
    .join('\n');

const analysed = (lines: Readonly<Record<string, string>>, gpu: string | null, language: Language) =>
  analyse(config(lines), 'train.yaml', environment(gpu, language));

function surfaces(lines: Readonly<Record<string, string>>, gpu: string | null, language: Language = 'en') {
  const a = analysed(lines, gpu, language);
  const [lens, ...more] = codeLenses(a);
  expect(more).toEqual([]);
  expect(lens?.range.start).toEqual({ line: 0, character: 0 });
  const bar = status(a);
  return {
    lens: lens?.command?.title,
    click: lens?.command?.command,
    bar: bar?.text,
    over: bar?.over,
    tooltip: bar?.tooltip,
  };
}

describe('the lens on line 1 and the status bar', () => {
  it('say that a run fits', () => {
    expect(surfaces({}, 'RTX 4090')).toMatchInlineSnapshot(`
      {
        "bar": "6.43 / 24 GiB",
        "click": "headroom.showPanel",
        "lens": "peak 6.43 GiB (6.11–6.75) · RTX 4090 24 GiB: fits · Breakdown",
        "over": false,
        "tooltip": "peak 6.43 GiB (6.11–6.75) · RTX 4090 24 GiB: fits

      RTX 4090 24 GiB (23.5 GiB usable): 16.8 GiB to spare at the high end

      [Click for the breakdown.](command:headroom.showPanel)",
      }
    `);
  });

  it('say that a run does not fit', () => {
    expect(
      surfaces({ model_name_or_path: 'Qwen/Qwen2.5-7B-Instruct', finetuning_type: 'full' }, '2x RTX 3090'),
    ).toMatchInlineSnapshot(`
      {
        "bar": "107 / 24 GiB",
        "click": "headroom.showPanel",
        "lens": "peak 107 GiB (102–113) · 2 × RTX 3090 24 GiB: over · Breakdown",
        "over": true,
        "tooltip": "peak 107 GiB (102–113) · 2 × RTX 3090 24 GiB: over

      2 × RTX 3090 24 GiB (23.7 GiB usable): 78.3 GiB too much even at the low end

      [Click for the breakdown.](command:headroom.showPanel)",
      }
    `);
  });

  it('say what is tight on a decimal budget', () => {
    expect(surfaces({ per_device_train_batch_size: '32' }, '23GB')).toMatchInlineSnapshot(`
      {
        "bar": "21.1 / 21.4 GiB",
        "click": "headroom.showPanel",
        "lens": "peak 21.1 GiB (20.1–22.2) · 23 GB = 21.4 GiB: tight · Breakdown",
        "over": false,
        "tooltip": "peak 21.1 GiB (20.1–22.2) · 23 GB = 21.4 GiB: tight

      23 GB = 21.4 GiB: 1.36 GiB to spare at the low end, 770 MiB too much at the high end

      [Click for the breakdown.](command:headroom.showPanel)",
      }
    `);
  });

  it('ask for a GPU where none is set, and guess none', () => {
    expect(surfaces({}, null)).toMatchInlineSnapshot(`
      {
        "bar": "6.43 GiB",
        "click": "headroom.pickGpu",
        "lens": "peak 6.43 GiB (6.11–6.75) · GPU not set",
        "over": false,
        "tooltip": "peak 6.43 GiB (6.11–6.75) · GPU not set

      [Pick a GPU to see whether the run fits.](command:headroom.pickGpu)

      [Click for the breakdown.](command:headroom.showPanel)",
      }
    `);
  });

  it.each([
    ['en', 'peak 6.43 GiB (6.11–6.75) · GPU "RTX 9999" not known'],
    ['zh-cn', '峰值 6.43 GiB (6.11–6.75) · 未知的 GPU “RTX 9999”'],
  ] as const)('say that nobody knows the GPU that is set, and offer to pick one: %s', (language, title) => {
    const world = { ...environment(null, language), unknownTarget: 'RTX 9999' };
    expect(codeLenses(analyse(config({}), 'train.yaml', world))[0]?.command).toEqual({
      title,
      command: 'headroom.pickGpu',
    });
  });

  it('say the same of a GPU that a file names', () => {
    const file = 'schema: headroom/run@1\nmodel: { id: Qwen/Qwen2.5-0.5B }\nbatch: { micro: 1, sequence: 512 }\ngpu: ';
    const remark = (gpu: string) =>
      codeLenses(analyse(file + gpu, 'run.yaml', environment()))[0]?.command?.title.split(' · ')[1];
    expect(remark('RTX 9999')).toBe('GPU "RTX 9999" not known');
    expect(remark('T4')).toBe('T4 16 GiB: fits');
  });

  it('say that nothing is trained, at the peak too', () => {
    const { lens, bar } = surfaces({ lora_target: 'q_projection' }, 'RTX 4090');
    expect([lens, bar]).toEqual(['peak unknown: nothing is trained · Breakdown', 'no estimate']);
    expect(surfaces({ finetuning_type: 'freeze', freeze_trainable_layers: '0' }, null, 'zh-cn').lens).toBe(
      '峰值未知：没有可训练的参数 · 明细',
    );
  });

  it('say the same of the native format, of any preset', () => {
    const file = 'schema: headroom/run@1\nmodel: { preset: minimind-26m }\nbatch: { micro: 1, sequence: 512 }\n';
    const codes = (method: string) =>
      diagnostics(analyse(`${file}method: ${method}`, 'run.yaml', environment())).map(({ code }) => code);
    expect(codes('{ kind: lora, targets: [nowhere] }')).toEqual(['nothing-trained']);
    expect(codes('{ kind: lora, targets: [q_proj] }')).toEqual([]);
  });

  it('give a floor for what is not modelled', () => {
    expect(surfaces({ use_dora: 'true' }, 'RTX 4090')).toMatchInlineSnapshot(`
      {
        "bar": "≥ 942 MiB / 24 GiB",
        "click": "headroom.showPanel",
        "lens": "at least 942 MiB (weights, gradients, optimizer) · DoRA is not modelled yet · Breakdown",
        "over": false,
        "tooltip": "at least 942 MiB (weights, gradients, optimizer) · DoRA is not modelled yet

      The step cannot be replayed; what is certain is counted.

      [Click for the breakdown.](command:headroom.showPanel)",
      }
    `);
  });

  it('say that the model is not known, and what to do', () => {
    expect(surfaces({ model_name_or_path: 'someone/something' }, 'RTX 4090')).toMatchInlineSnapshot(`
      {
        "bar": "no estimate",
        "click": "headroom.showPanel",
        "lens": "peak unknown: the shape of someone/something is not known · Breakdown",
        "over": false,
        "tooltip": "peak unknown: the shape of someone/something is not known

      Put the model beside the config, or name a folder that holds its config.json.

      [Click for the breakdown.](command:headroom.showPanel)",
      }
    `);
  });

  it('say that no model is named', () => {
    expect(surfaces({ model_name_or_path: '' }, 'RTX 4090')).toMatchInlineSnapshot(`
      {
        "bar": "no estimate",
        "click": "headroom.showPanel",
        "lens": "peak unknown: no model is named · Breakdown",
        "over": false,
        "tooltip": "peak unknown: no model is named

      Name a model to get an estimate.

      [Click for the breakdown.](command:headroom.showPanel)",
      }
    `);
  });

  it('speak Chinese', () => {
    expect(surfaces({}, 'RTX 4090', 'zh-cn')).toMatchInlineSnapshot(`
      {
        "bar": "6.43 / 24 GiB",
        "click": "headroom.showPanel",
        "lens": "峰值 6.43 GiB (6.11–6.75) · RTX 4090 24 GiB：装得下 · 明细",
        "over": false,
        "tooltip": "峰值 6.43 GiB (6.11–6.75) · RTX 4090 24 GiB：装得下

      RTX 4090 24 GiB（可用 23.5 GiB）：按上限仍余 16.8 GiB

      [点击查看明细。](command:headroom.showPanel)",
      }
    `);
  });

  it('a floor over the capacity is over, whatever the step takes', () => {
    const a = analysed({ model_name_or_path: 'Qwen/Qwen2.5-7B-Instruct', use_dora: 'true' }, '8 GiB', 'en');
    expect(a.verdict).toBe('over');
    expect(codeLenses(a)[0]?.command?.title).toContain('at least 14.2 GiB');
  });

  it('DeepSpeed settings that cannot be read may move everything off the GPU: no floor is claimed', () => {
    const a = analyse(
      config({ deepspeed: 'our.json' }),
      'train.yaml',
      environment('RTX 4090', 'en', { 'our.json': null }),
    );
    expect(a.estimate).toBeNull();
    expect(a.floor).toBeNull();
    expect(codeLenses(a)[0]?.command?.title).toContain('peak unknown');
    expect(diagnostics(a).map((d) => d.code)).toContain('missing-file');
  });
});
