import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { insertKey, removeKey, setValue, type TextEdit } from '../../src/yaml/edit.ts';
import { entryAtOffset, nodeAt, spanToLineCol } from '../../src/yaml/locate.ts';
import { withValues } from '../../src/yaml/overlay.ts';
import { parseSource } from '../../src/yaml/parse.ts';

const yaml = (text: string) => parseSource(text, 'yaml');
const apply = (text: string, edits: readonly TextEdit[]): string =>
  edits.reduceRight((t, e) => t.slice(0, e.span.start) + e.newText + t.slice(e.span.end), text);
const scalarAt = (text: string, path: (string | number)[]) => {
  const node = nodeAt(yaml(text).roots[0], path);
  return node?.kind === 'scalar' ? node.value : undefined;
};

describe('setValue', () => {
  it.each([
    ['a: 1 # one\nb: 2\n', ['a'], 3, 'a: 3 # one\nb: 2\n'],
    ['a: "x" # one\r\nb: 2\r\n', ['a'], 'y', 'a: "y" # one\r\nb: 2\r\n'],
    ["a: 'x'\n", ['a'], "it's", "a: 'it''s'\n"],
    ['a:\nb: 2\n', ['a'], 3, 'a: 3\nb: 2\n'],
    ['a: # todo\nb: 2\n', ['a'], 3, 'a: 3 # todo\nb: 2\n'],
    ['b: 2\na', ['a'], 3, 'b: 2\na: 3'],
    ['a: x\n', ['a'], 'no', 'a: "no"\n'],
    ['a: [1, 2] # t\n', ['a'], ['q_proj', 'v_proj'], 'a: [q_proj, v_proj] # t\n'],
    ['z: &z 8\na: *z\n', ['a'], 4, 'z: &z 8\na: 4\n'],
    ['z: &z {r: 8}\nm:\n  <<: *z\n  d: 0\n', ['m', 'r'], 4, 'z: &z {r: 8}\nm:\n  <<: *z\n  d: 0\n  r: 4\n'],
    ['a: {b: 1, c: 2}\n', ['a', 'c'], 3, 'a: {b: 1, c: 3}\n'],
    ['a: |\n  x\n  y\nb: 1\n', ['a'], 'z', 'a: z\nb: 1\n'],
    ['- a: 1\n  b: 2\n', [0, 'b'], 3, '- a: 1\n  b: 3\n'],
    ['# c\na: 1', ['b'], 2, '# c\na: 1\nb: 2'],
    ['', ['b'], 2, 'b: 2\n'],
  ])('%j', (before, path, value, after) => {
    expect(apply(before, setValue(yaml(before), path, value))).toBe(after);
  });

  it('writes JSON into JSON', () => {
    const text = '{\n  "zero": {"stage": 2} // keep\n}\n';
    const doc = parseSource(text, 'json');
    expect(apply(text, setValue(doc, ['zero', 'stage'], 3))).toBe(text.replace('2', '3'));
    expect(apply(text, setValue(doc, ['zero', 'device'], 'cpu'))).toBe(text.replace('2}', '2, "device": "cpu"}'));
    expect(apply(text, setValue(doc, ['fp16'], true))).toBe(text.replace('2}', '2},\n  "fp16": true'));
  });
});

describe('insertKey', () => {
  it.each([
    ['a: 1 # one\nb: 2\n', 'a', 'a: 1 # one\nc: 3\nb: 2\n'],
    ['a: |\n  x\nb: 2\n', 'a', 'a: |\n  x\nc: 3\nb: 2\n'],
    ['a: 1\r\nb: 2', undefined, 'a: 1\r\nb: 2\r\nc: 3'],
    ['\ufeffa: 1\n', undefined, '\ufeffa: 1\nc: 3\n'],
    ['{}\n', undefined, '{c: 3}\n'],
  ])('%j after %s', (before, after, result) => {
    expect(apply(before, insertKey(yaml(before), [], 'c', 3, after))).toBe(result);
  });
});

describe('removeKey', () => {
  it.each([
    ['# top\na: 1 # one\nb: 2 # two\n', ['a'], '# top\nb: 2 # two\n'],
    ['a: 1\nb:\n  - x\n  - y\nc: 3\n', ['b'], 'a: 1\nc: 3\n'],
    ['a: {b: 1, c: 2}\n', ['a', 'b'], 'a: {c: 2}\n'],
    ['a: {b: 1, c: 2}\n', ['a', 'c'], 'a: {b: 1}\n'],
    ['- a: 1\n  b: 2\n', [0, 'a'], '- b: 2\n'],
    ['a: 1\n', ['x'], 'a: 1\n'],
  ])('%j', (before, path, after) => {
    expect(apply(before, removeKey(yaml(before), path))).toBe(after);
  });
});

describe('edits of any document', () => {
  const key = fc.constantFrom('a', 'b_c', 'lora', '名', 'k1');
  const value = fc.oneof(
    fc.integer(),
    fc.boolean(),
    fc.constantFrom('x', 'no', "it's", '1e-4', 'q: r', '# not', '', '模型', '[', 'a "b"', ' lead'),
  );
  const line = fc.tuple(
    key,
    fc.constantFrom('1', 'x', '"q"', "'s'", '[1, 2]', '{r: 1}', '', '\n  n: 1', '|\n  text'),
    fc.constantFrom('', ' # 注释', ' # c'),
  );
  const document = fc
    .tuple(fc.uniqueArray(line, { selector: (l) => l[0], minLength: 1 }), fc.constantFrom('\n', '\r\n'))
    .map(
      ([lines, eol]) =>
        lines
          .map(([k, v, c]) => (v.startsWith('|') || v.startsWith('\n') ? `${k}: ${v}` : `${k}: ${v}${c}`))
          .join('\n')
          .replaceAll('\n', eol) + eol,
    );
  it('change one value, keep every comment and every other value', () => {
    fc.assert(
      fc.property(document, key, value, (text, k, v) => {
        const doc = yaml(text);
        const after = apply(text, setValue(doc, [k], v));
        expect(scalarAt(after, [k])).toBe(v);
        const changed = yaml(after);
        expect(changed.problems).toEqual([]);
        expect(changed.comments.map((c) => c.text)).toEqual(doc.comments.map((c) => c.text));
        const others = (t: string) => {
          const root = yaml(t).roots[0];
          return root?.kind === 'map'
            ? root.entries.filter((e) => e.key !== k).map((e) => t.slice(e.keySpan.start, e.value.span.end).trim())
            : [];
        };
        expect(others(after)).toEqual(others(text));
        if (text.includes('\r\n')) expect(after.replaceAll('\r\n', '')).not.toContain('\n');
      }),
      { numRuns: 2000 },
    );
  });
  it('remove a key that was inserted, leaving the text as it was', () => {
    fc.assert(
      fc.property(document, value, (text, v) => {
        const added = apply(text, insertKey(yaml(text), [], 'added', v));
        expect(scalarAt(added, ['added'])).toBe(v);
        expect(apply(added, removeKey(yaml(added), ['added']))).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('entryAtOffset', () => {
  const at = (text: string) => {
    const offset = text.indexOf('$0');
    const found = entryAtOffset(yaml(text.replace('$0', '')), offset);
    return found?.path;
  };
  it.each([
    ['a: 1\nb$0: 2\n', ['b']],
    ['a: 1\nb: 2$0\n', ['b']],
    ['a:\n  b: $0\nc: 1\n', ['a', 'b']],
    ['a:\n  - {x: 1, y: $02}\n', ['a', 0, 'y']],
    ['# c$0\na: 1\n', undefined],
    ['z: &z {r: 8}\nm: *$0z\n', ['m']],
    ['z: &z {r: $08}\nm:\n  <<: *z\n', ['z', 'r']],
    ['a: 1\n---\nb: $02\n', ['b']],
  ])('%j', (text, path) => {
    expect(at(text)).toEqual(path);
  });
  it('counts lines of every kind of line end', () => {
    expect(spanToLineCol('a\r\nb\nc\rd', { start: 3, end: 8 })).toEqual({
      start: { line: 1, column: 0 },
      end: { line: 3, column: 1 },
    });
  });
});

describe('withValues', () => {
  it('replaces and adds, marks what it put there, leaves the rest alone', () => {
    const doc = yaml('a: 1\nn: {b: 2}\nl: [1, 2]\n');
    const over = withValues(doc, { a: '1e-4', 'n.b': '5', 'n.new.deep': 'x', 'l.1': 'no', top: '[q, v]' });
    const node = (...path: (string | number)[]) => nodeAt(over.roots[0], path);
    expect(node('a')).toMatchObject({ value: '1e-4', flag: 'a', span: { start: 3, end: 4 } });
    expect(node('n', 'b')).toMatchObject({ value: 5, flag: 'n.b' });
    expect(node('n', 'new', 'deep')).toMatchObject({ value: 'x', flag: 'n.new.deep' });
    expect(node('l', 1)).toMatchObject({ value: false, flag: 'l.1' });
    expect(node('l', 0)).not.toHaveProperty('flag');
    expect(node('top')).toMatchObject({ kind: 'seq', flag: 'top' });
    expect(doc.roots).toEqual(yaml(doc.text).roots);
  });
  it('works on an empty document', () => {
    expect(nodeAt(withValues(yaml(''), { a: '1' }).roots[0], ['a'])).toMatchObject({ value: 1, flag: 'a' });
  });
});
