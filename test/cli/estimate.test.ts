// `headroom estimate`, from argv to exit status, over files on disk. The replay is stood in for by one that can be checked
// by hand; real-output.test.ts asks the real one.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { estimateSchema } from '../../src/cli/estimate-schema.ts';
import { runCommand } from '../support/captured-terminal.ts';
import { root as repository } from '../support/repository.ts';

vi.mock('../../src/memory/estimate-run.ts', () => import('../support/linear-estimate.ts'));

const LORA = `model_name_or_path: Qwen/Qwen2.5-0.5B
stage: sft
do_train: true
finetuning_type: lora
lora_rank: 8
cutoff_len: 1024
per_device_train_batch_size: 2
bf16: true
`;
const FILES = {
  'lora.yaml': LORA,
  'wide.yaml': LORA.replace('cutoff_len: 1024', 'cutoff_len: 4096'),
  'unknown.yaml': LORA.replace('Qwen/Qwen2.5-0.5B', 'someone/secret-model'),
  'local.yaml': LORA.replace('Qwen/Qwen2.5-0.5B', './model'),
  'model/config.json': JSON.stringify({
    model_type: 'llama',
    hidden_size: 64,
    intermediate_size: 128,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    num_key_value_heads: 4,
    vocab_size: 1000,
    torch_dtype: 'bfloat16',
  }),
  'compose.yaml': 'services:\n  web:\n    image: nginx\n',
  'run.json': JSON.stringify({ model: { id: 'Qwen/Qwen2.5-0.5B' }, batch: { micro: 1, sequence: 512 } }),
  'slip.yaml':
    'schema: headroom/run@1\nmodel: {id: Qwen/Qwen2.5-0.5B}\nbatch: {micro: 1, sequence: 512}\nmethods: {}\n',
  'configs/a.yaml': LORA,
  'configs/deep/b.yml': LORA,
  'configs/ci.yaml': 'on: push\njobs: {}\n',
  'configs/.hidden/c.yaml': LORA,
  'configs/node_modules/d.yaml': LORA,
  'others/ci.yaml': 'on: push\njobs: {}\n',
};

let folder: string;
const at = (name: string): string => join(folder, name);
const estimate = (...args: string[]) => runCommand(['estimate', ...args]);
const json = async (...args: string[]) => {
  const result = await estimate(...args, '--json');
  return { ...result, reports: JSON.parse(result.out) as ReturnType<typeof estimateSchema.parse>[] };
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-cli-'));
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('exit status', () => {
  test('0 where everything has an estimate', async () => {
    expect(await estimate(at('lora.yaml'))).toMatchObject({ status: 0, err: [] });
  });
  test('1 over the budget, with the reason on stderr', async () => {
    const { status, err } = await estimate(at('lora.yaml'), '--vram', '1MiB');
    expect(status).toBe(1);
    expect(err).toEqual([expect.stringMatching(/lora[.]yaml:1:\d+: warning headroom\/over-budget: /)]);
  });
  test('0 within it', async () => {
    expect(await estimate(at('lora.yaml'), '--gpu', 'A100 80GB')).toMatchObject({ status: 0, err: [] });
  });
  test('2 for an unknown model, named by its place in the file', async () => {
    const { status, err } = await estimate(at('unknown.yaml'));
    expect(status).toBe(2);
    expect(err[0]).toMatch(/unknown[.]yaml:1:21: \w+ headroom\/unknown-model: .*secret-model/);
  });
  test('2 for a field of a run that nobody knows, beside the estimate without it', async () => {
    const { status, out, err } = await estimate(at('slip.yaml'));
    expect(status).toBe(2);
    expect(out).toContain('peak ');
    expect(err).toEqual([expect.stringMatching(/slip[.]yaml:4:1: error headroom\/unknown-field: `methods`.*`method`/)]);
  });
  test('2 for a file that is named and missing, or no training config', async () => {
    expect(await estimate(at('nowhere.yaml'))).toMatchObject({
      status: 2,
      err: [`${at('nowhere.yaml')}:1:1: error headroom/missing-file: there is no such file or folder`],
    });
    const { status, err } = await estimate(at('compose.yaml'));
    expect(status).toBe(2);
    expect(err).toEqual([expect.stringContaining('compose.yaml:1:1: error headroom/not-training: ')]);
  });
  test('2 wins over 1', async () => {
    expect((await estimate(at('lora.yaml'), at('unknown.yaml'), '--vram', '1MiB')).status).toBe(2);
  });
  test('64 for wrong usage, with nothing on stdout', async () => {
    expect(await estimate('--gpus', '2', at('lora.yaml'))).toMatchObject({ status: 64, out: '' });
  });
});

describe('inputs', () => {
  test('a folder is searched; what is no training config is passed over without a word', async () => {
    const { status, reports, err } = await json(at('configs'));
    expect(reports.map(({ file }) => file)).toEqual([at('configs/a.yaml'), at('configs/deep/b.yml')]);
    expect({ status, err }).toEqual({ status: 0, err: [] });
  });
  test('a folder without any says so', async () => {
    const { status, err } = await estimate(at('others'));
    expect({ status, err }).toEqual({
      status: 2,
      err: [
        `${at('others')}:1:1: error headroom/no-training-config: no training config among the files of ${at('others')}`,
      ],
    });
  });
  test('standard input', async () => {
    const { status, out } = await runCommand(['estimate', '-', '--json'], { stdin: LORA });
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject([{ file: '<stdin>', dialect: 'llamafactory' }]);
  });
  test('a run instead of a config, without its schema line', async () => {
    const { status, reports } = await json('--run', at('run.json'));
    expect(status).toBe(0);
    expect(reports).toMatchObject([{ dialect: 'headroom-run', run: { batch: { micro: 1, sequence: 512 } } }]);
  });
  test('a model beside the config is found', async () => {
    const { status, reports } = await json(at('local.yaml'));
    expect(status).toBe(0);
    expect(reports[0]?.model).toMatchObject({ family: 'llama', source: 'config' });
  });
  test('--set lays values over the file', async () => {
    const [plain, wide, set] = (await json(at('lora.yaml'), at('wide.yaml'))).reports.concat(
      (await json(at('lora.yaml'), '--set', 'cutoff_len=4096')).reports,
    );
    expect(set?.run?.batch.sequence).toBe(4096);
    expect(set?.peak).toEqual(wide?.peak);
    expect(set?.peak).not.toEqual(plain?.peak);
  });
});

describe('reports', () => {
  test('JSON holds to its schema with and without an estimate', async () => {
    const { reports } = await json(at('lora.yaml'), at('unknown.yaml'), at('compose.yaml'), '--gpu', 'RTX 4090');
    for (const report of reports) expect(estimateSchema.parse(report)).toEqual(report);
    expect(reports.map(({ peak, dialect }) => [peak !== null, dialect])).toEqual([
      [true, 'llamafactory'],
      [false, 'llamafactory'],
      [false, null],
    ]);
    expect(reports[0]?.fit).toMatchObject({ gpu: 'RTX 4090', count: 1, verdict: 'fits' });
  });
  test('a run that was printed can be read back, and gives the same answer', async () => {
    const { reports } = await json(at('lora.yaml'));
    const { out } = await runCommand(['estimate', '--run', '-', '--json'], { stdin: JSON.stringify(reports[0]?.run) });
    expect(JSON.parse(out)).toMatchObject([{ run: reports[0]?.run, peak: reports[0]?.peak }]);
  });
  test('one config is shown in full', async () => {
    const { out } = await estimate(at('lora.yaml'), '--gpu', 'RTX 4090');
    for (const part of [
      'Qwen/Qwen2.5-0.5B',
      'LLaMA-Factory',
      'RTX 4090 24 GiB: fits',
      'Alive at the peak',
      'weights',
      'Phases of the step',
    ]) {
      expect(out).toContain(part);
    }
  });
  test('several are a table, in the language asked for', async () => {
    const { out } = await estimate(at('configs'), '--lang', 'zh-cn', '--gpu', 'RTX 4090');
    const [head, first] = out.split('\n');
    expect(head).toMatch(/^文件 +模型 +峰值 +RTX 4090 24 GiB +最大部分$/);
    expect(first).toMatch(/a[.]yaml +Qwen\/Qwen2[.]5-0[.]5B +[\d.]+ [GM]iB/);
  });
  test('in a table, a card that a file names is of that file alone', async () => {
    const names = ['own-loop-qwen3-0.6b.yaml', 'custom-shape.yaml'];
    const { out } = await runCommand(['estimate', ...names.map((name) => join(repository, 'examples/headroom', name))]);
    const [head = '', ...rows] = out.split('\n');
    expect(head).toMatch(/^file +model +peak +largest$/);
    expect(rows[0]).toMatch(/ RTX 3090 24 GiB: (fits|tight|over) /);
    expect(rows[1]).toMatch(/ A100 40GB: (fits|tight|over) /);
  });
  test('a narrow terminal is never overrun by the table', async () => {
    const { out } = await runCommand(['estimate', at('configs')], { columns: 100 });
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });
  test('colours only where they are wanted', async () => {
    const colourCode = String.fromCharCode(27);
    expect((await runCommand(['estimate', at('lora.yaml')], { colour: true })).out).toContain(colourCode);
    expect((await estimate(at('lora.yaml'))).out).not.toContain(colourCode);
  });
  test('SARIF names a rule, a place counted from one, and what was not read', async () => {
    const { out, status } = await estimate(at('unknown.yaml'), at('nowhere.yaml'), '--sarif');
    expect(status).toBe(2);
    const { version, runs } = JSON.parse(out);
    expect(version).toBe('2.1.0');
    const [{ tool, results, invocations }] = runs;
    const result = results.find(({ ruleId }: { ruleId: string }) => ruleId === 'headroom/unknown-model');
    expect(tool.driver.rules.map(({ id }: { id: string }) => id)).toContain(result.ruleId);
    expect(result.locations[0].physicalLocation.region).toMatchObject({ startLine: 1, startColumn: 21 });
    expect(invocations[0]).toMatchObject({ executionSuccessful: false });
  });
});

describe('other commands', () => {
  test('compare says what the second takes more', async () => {
    const { status, out } = await runCommand(['compare', at('lora.yaml'), at('wide.yaml')]);
    expect(status).toBe(0);
    expect(out).toMatch(/weights .* =$/m);
    expect(out).toMatch(/activations .* \+[\d.]+ [GM]iB$/m);
  });
  test('explain opens one term', async () => {
    const { status, out } = await runCommand(['explain', at('lora.yaml'), 'weights']);
    expect(status).toBe(0);
    expect(out).toMatch(/^weights [\d.]+ [GM]iB/);
  });
  test('explain refuses a term that is not there, naming those that are', async () => {
    const { status, err } = await runCommand(['explain', at('lora.yaml'), 'wishes']);
    expect(status).toBe(64);
    expect(err.join()).toMatch(/`wishes`.*weights/);
  });
  test('schema prints JSON Schema', async () => {
    for (const of of ['run', 'estimate']) {
      const { status, out } = await runCommand(['schema', of]);
      expect(status).toBe(0);
      expect(JSON.parse(out)).toMatchObject({ $schema: expect.stringContaining('json-schema.org') });
    }
  });
});
