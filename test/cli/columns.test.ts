import { describe, expect, test } from 'vitest';
import { cut, displayWidth, table } from '../../src/cli/columns.ts';

describe('displayWidth', () => {
  test.each([
    ['peak', 4],
    ['峰值', 4],
    ['文件 a', 6],
    ['ＲＴＸ', 6],
    ['e\u0301', 1],
    ['\u001b[32mfits\u001b[39m', 4],
    ['', 0],
  ])('%j takes %i columns', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe('cut', () => {
  test('a path loses its start, a sentence its end', () => {
    expect(cut('configs/sft/llama.yaml', 12, 'start')).toBe('…/llama.yaml');
    expect(cut('weights 14.9 GiB', 8, 'end')).toBe('weights…');
  });
  test('half a Chinese character is never shown', () => {
    expect(cut('显存峰值', 4, 'end')).toBe('显…');
  });
  test('what fits stays as it is', () => {
    expect(cut('显存', 4, 'end')).toBe('显存');
  });
});

describe('table', () => {
  const columns = [{ align: 'left', cut: 'start', least: 6 }, { align: 'right' }] as const;

  test('columns line up by what the eye sees', () => {
    const lines = table(
      columns,
      [
        ['文件', 'GiB'],
        ['a.yaml', '21.4'],
      ],
      80,
    );
    expect(lines).toEqual(['文件     GiB', 'a.yaml  21.4']);
    expect(new Set(lines.map(displayWidth)).size).toBe(1);
  });
  test('a narrow terminal shortens only what may be cut', () => {
    expect(table(columns, [['a/long/path.yaml', '21.4 GiB']], 18)).toEqual(['…th.yaml  21.4 GiB']);
  });
  test('a column is never cut below its least', () => {
    expect(table(columns, [['a/long/path.yaml', '21.4 GiB']], 4)).toEqual(['….yaml  21.4 GiB']);
  });
});
