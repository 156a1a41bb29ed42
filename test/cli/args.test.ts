import { describe, expect, test } from 'vitest';
import { type Command, parseCommand } from '../../src/cli/args.ts';

const parsed = (...argv: string[]): Command => {
  const command = parseCommand(argv, 'en');
  if (!command.ok) throw new Error(command.error);
  return command.value;
};
const refused = (...argv: string[]): string => {
  const command = parseCommand(argv, 'en');
  if (command.ok) throw new Error(`accepted as ${command.value.name}`);
  return command.error;
};

describe('estimate', () => {
  test('takes configs, folders and standard input', () => {
    expect(parsed('estimate', 'a.yaml', 'configs', '-')).toMatchObject({
      name: 'estimate',
      paths: ['a.yaml', 'configs', '-'],
      runs: [],
      format: 'text',
      options: { target: null, overrides: {}, language: 'en' },
    });
  });
  test('reads values laid over the config, of which only the first = counts', () => {
    expect(parsed('estimate', 'a.yaml', '--set', 'cutoff_len=4096', '--set', 'deepspeed=a=b.json')).toMatchObject({
      options: { overrides: { cutoff_len: '4096', deepspeed: 'a=b.json' } },
    });
  });
  test('counts the GPUs of a named one', () => {
    expect(parsed('estimate', 'a.yaml', '--gpu', 'RTX 3090', '--gpus', '2')).toMatchObject({
      options: { target: { label: 'RTX 3090', count: 2 } },
    });
  });
  test('takes a budget instead of a GPU', () => {
    expect(parsed('estimate', 'a.yaml', '--vram', '24GiB')).toMatchObject({
      options: { target: { gpu: null, capacity: 24 * 1024 ** 3, count: 1 } },
    });
  });
  test('an explicit language wins over the locale', () => {
    expect(parsed('estimate', 'a.yaml', '--lang', 'zh-cn')).toMatchObject({ options: { language: 'zh-cn' } });
  });
  test('a run may come from standard input', () => {
    expect(parsed('estimate', '--run', '-')).toMatchObject({ paths: [], runs: ['-'] });
  });
});

test('other commands', () => {
  expect(parsed()).toEqual({ name: 'help' });
  expect(parsed('estimate', '--help')).toEqual({ name: 'help' });
  expect(parsed('schema', 'run')).toEqual({ name: 'schema', of: 'run' });
  expect(parsed('score', 'rows.jsonl', '--json')).toEqual({ name: 'score', paths: ['rows.jsonl'], format: 'json' });
  expect(parsed('compare', 'a.yaml', 'b.yaml')).toMatchObject({ before: 'a.yaml', after: 'b.yaml' });
  expect(parsed('explain', 'a.yaml', 'activations')).toMatchObject({ path: 'a.yaml', term: 'activations' });
});

describe('wrong usage says what is right', () => {
  test.each([
    [['guess'], 'no command `guess`'],
    [['constructor'], 'no command `constructor`'],
    [['estimate'], 'name a config'],
    [['estimate', 'a.yaml', '--gpuu', 'A100'], '--gpuu'],
    [['estimate', 'a.yaml', '--gpu', 'GTX 9999'], 'GTX 9999'],
    [['estimate', 'a.yaml', '--vram', '24'], '`24` has no unit'],
    [['estimate', 'a.yaml', '--gpus', '2'], '--gpu or --vram'],
    [['estimate', 'a.yaml', '--gpu', 'RTX 3090', '--gpus', '0'], 'whole number'],
    [['estimate', 'a.yaml', '--gpu', 'RTX 3090', '--vram', '24 GiB'], 'exclude each other'],
    [['estimate', 'a.yaml', '--json', '--sarif'], 'exclude each other'],
    [['estimate', 'a.yaml', '--set', 'cutoff_len'], 'key=value'],
    [['estimate', 'a.yaml', '--lang', 'fr'], '`en` or `zh-cn`'],
    [['schema'], '`run` or `estimate`'],
    [['compare', 'a.yaml'], 'two configs'],
    [['score'], 'measured rows'],
  ])('%j', (argv, hint) => {
    expect(refused(...argv)).toContain(hint);
  });
});
