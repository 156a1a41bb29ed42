import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/yaml/limits.ts';
import { parseSource } from '../../src/yaml/parse.ts';
import type { SourceNode } from '../../src/yaml/source-doc.ts';

/** The tree as a plain value, for comparison. */
function plain(node: SourceNode | undefined): unknown {
  if (!node) return undefined;
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'seq') return node.items.map(plain);
  return Object.fromEntries(node.entries.map((e) => [e.key, plain(e.value)]));
}
const yaml = (text: string) => parseSource(text, 'yaml');
const read = (text: string) => plain(yaml(text).roots[0]);
const codes = (text: string) => yaml(text).problems.map((p) => p.code);

describe('what plain scalars mean to Python loaders', () => {
  it.each([
    ['yes', true],
    ['No', false],
    ['ON', true],
    ['off', false],
    ['true', true],
    ['y', 'y'],
    ['1e-4', '1e-4'],
    ['5e8', '5e8'],
    ['1.0e-4', 1e-4],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['100_000', 100000],
    ['0x10', 16],
    ['017', 15],
    ['0b11', 3],
    ['-3', -3],
    ['+3', 3],
    ['~', null],
    ['null', null],
    ['', null],
    ['.inf', Number.POSITIVE_INFINITY],
    ['"no"', 'no'],
    ["'2048'", '2048'],
    ['!!str 12', '12'],
    ['!!int "12"', 12],
    ['!include x.yaml', 'x.yaml'],
    ['$' + '{lr}', '$' + '{lr}'],
    ['2e-5', '2e-5'],
    ['1:30', '1:30'],
    ['模型', '模型'],
  ])('%s', (text, value) => {
    expect(read(`key: ${text}\n`)).toEqual({ key: value });
  });
});

describe('documents as people have them', () => {
  it('reads CRLF, BOM, CJK and comments with exact spans', () => {
    const text = '\ufeff# 模型\r\nmodel: 通义 # 名字\r\nrank: 8\r\n';
    const doc = yaml(text);
    expect(plain(doc.roots[0])).toEqual({ model: '通义', rank: 8 });
    expect(doc.comments.map((c) => c.text)).toEqual(['# 模型', '# 名字']);
    for (const c of doc.comments) expect(text.slice(c.span.start, c.span.end)).toBe(c.text);
    const root = doc.roots[0];
    if (root?.kind !== 'map') throw new Error('a map');
    expect(root.entries.map((e) => text.slice(e.keySpan.start, e.keySpan.end))).toEqual(['model', 'rank']);
    expect(root.entries.map((e) => text.slice(e.value.span.start, e.value.span.end))).toEqual(['通义', '8']);
  });

  it('takes the last of duplicate keys and says so', () => {
    expect(read('a: 1\nb: 2\na: 3\n')).toEqual({ b: 2, a: 3 });
    expect(codes('a: 1\nb: 2\na: 3\n')).toEqual(['duplicate-key']);
  });

  it('reads every document of a stream', () => {
    expect(yaml('a: 1\n---\nb: 2\n---\n').roots.map(plain)).toEqual([{ a: 1 }, { b: 2 }, null]);
  });

  it('expands anchors, aliases and merge keys; own keys win', () => {
    const text =
      'base: &b {rank: 8, drop: 0}\nrun:\n  <<: *b\n  rank: 16\nalso: *b\nlist:\n  <<: [*b, {rank: 4, more: 1}]\n';
    expect(read(text)).toEqual({
      base: { rank: 8, drop: 0 },
      run: { drop: 0, rank: 16 },
      also: { rank: 8, drop: 0 },
      list: { rank: 8, drop: 0, more: 1 },
    });
  });

  it('cuts cycles of aliases', () => {
    expect(read('a: &a\n  b: *a\n')).toEqual({ a: { b: null } });
    expect(codes('a: &a\n  b: *a\n')).toEqual(['alias-cycle']);
    expect(read('a: &a\n  <<: *a\n  b: 1\n')).toEqual({ a: { b: 1 } });
  });

  it('keeps the line above apart from a key being typed', () => {
    expect(read('model: x\ncutoff_\nrank: 8\n')).toEqual({ model: 'x', rank: 8 });
    expect(read('model: x\nrank')).toEqual({ model: 'x', rank: null });
    expect(read('model: "x\n')).toMatchObject({ model: expect.stringContaining('x') });
    expect(read('targets: [q_proj, v_pro\nrank: 8\n')).toEqual({ targets: ['q_proj', 'v_pro'], rank: 8 });
  });

  it('reads tabs where people put them', () => {
    expect(read('a: 1\t# x\nb:\t2\n')).toEqual({ a: 1, b: 2 });
  });

  it('reads templates as something, not as a failure', () => {
    expect(read('model: {{ model }}\nrank: 8\n')).toMatchObject({ rank: 8 });
  });

  it.each(['', '\n\n', '# only a comment\n', '\ufeff'])('has no root in %j', (text) => {
    expect(
      yaml(text)
        .roots.map(plain)
        .filter((r) => r !== null),
    ).toEqual([]);
  });
});

describe('JSON and JSONC', () => {
  const json = (text: string) => parseSource(text, 'json');
  it('agrees with JSON.parse on whatever JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(undefined, 2, '\t'), (value, space) => {
        const text = JSON.stringify(value, null, space);
        // `__proto__` is a key like any other in a file, but not in a literal that the matcher compares with.
        fc.pre(!text.includes('__proto__'));
        const doc = json(text);
        expect(doc.problems).toEqual([]);
        expect(plain(doc.roots[0])).toEqual(JSON.parse(text));
      }),
      { numRuns: 300 },
    );
  });

  it('accepts comments and trailing commas', () => {
    const doc = json('// zero\n{\n\t"stage": 2, /* x */\n\t"bucket": 5e8,\n}\n');
    expect(plain(doc.roots[0])).toEqual({ stage: 2, bucket: 5e8 });
    expect(doc.comments.map((c) => c.text)).toEqual(['// zero', '/* x */']);
    expect(doc.problems).toEqual([]);
  });

  it('reads what is there of a text cut short', () => {
    expect(plain(json('{"a": {"b": 1, "c').roots[0])).toEqual({ a: { b: 1, c: null } });
    expect(json('{"a": {"b": 1, "c').problems.length).toBeGreaterThan(0);
  });
});

describe('hostile texts', () => {
  const bomb = [
    'a0: &a0 [x,x,x,x,x,x,x,x,x]',
    ...Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(',')}]`),
  ].join('\n');
  it('bounds a bomb of aliases', () => {
    const doc = yaml(bomb);
    expect(doc.problems.map((p) => p.code)).toContain('too-large');
    let visited = 0;
    const visit = (node: SourceNode): void => {
      visited += 1;
      if (node.kind === 'seq') node.items.forEach(visit);
      if (node.kind === 'map') for (const e of node.entries) visit(e.value);
    };
    doc.roots.forEach(visit);
    expect(visited).toBeLessThan(LIMITS.nodes + 1000);
  });

  it('turns away ten megabytes at once', () => {
    const text = 'cutoff_len: 2048\n'.repeat(620_000);
    const before = performance.now();
    const doc = yaml(text);
    expect(performance.now() - before).toBeLessThan(50);
    expect(doc.problems.map((p) => p.code)).toEqual(['too-large']);
    expect(doc.roots).toEqual([]);
  });

  const indented = Array.from({ length: 600 }, (_, i) => `${' '.repeat(i)}a:\n`).join('');
  it.each([
    '['.repeat(200_000),
    '{'.repeat(5_000),
    '- '.repeat(3_000),
    '? '.repeat(3_000),
    '{a: '.repeat(2_000),
    '"'.repeat(100_000),
    '""\n'.repeat(50_000),
    '&a '.repeat(50_000),
    '*a '.repeat(50_000),
    '&a\n'.repeat(50_000),
    '!a\n'.repeat(50_000),
    'a: *b\n'.repeat(10_000),
    'a: b: '.repeat(20_000),
    '"" a '.repeat(20_000),
    ', '.repeat(50_000),
    ': '.repeat(50_000),
    '| '.repeat(50_000),
    '}'.repeat(100_000),
    '@'.repeat(100_000),
    '%'.repeat(100_000),
    '%\n'.repeat(50_000),
    "'\n".repeat(50_000),
    '[a,\n'.repeat(20_000),
    '---\n'.repeat(20_000),
    '...\n'.repeat(20_000),
    '? a\n'.repeat(20_000),
    '-\n'.repeat(50_000),
    '\t'.repeat(100_000),
    '\r'.repeat(100_000),
    '#\n'.repeat(50_000),
    '[]'.repeat(20_000),
    '{}\n'.repeat(20_000),
    indented,
    'a: |\n'.repeat(20_000),
    '- - - a\n'.repeat(10_000),
    '<<: *a\n'.repeat(10_000),
    '[a: b, '.repeat(60),
    '\u0000'.repeat(50_000),
    '"\\'.repeat(50_000),
  ])('reads %.12j… in bounded time', (text) => {
    for (const language of ['yaml', 'json'] as const) {
      const before = performance.now();
      const doc = parseSource(text, language);
      // Generous: a loaded machine runs this file beside others. Unbounded, these texts take seconds to hours.
      expect(performance.now() - before).toBeLessThan(1500);
      expect(doc.problems.length).toBeLessThanOrEqual(LIMITS.problems);
    }
  });
});

describe('any text', () => {
  const piece = fc.constantFrom(
    'a: 1\n',
    'lora: &x\n',
    '  r: 8\n',
    '<<: *x\n',
    '- ',
    '? ',
    ': ',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '#',
    '|\n',
    '>-\n',
    '\t',
    '\r\n',
    '---\n',
    '!!int ',
    '模',
    '\ud800',
    '1e-4',
    '&x ',
    '*x',
    ',',
    '\\',
  );
  it('is read without throwing, with spans inside the text', () => {
    const inside = (node: SourceNode, length: number): boolean =>
      node.span.start >= 0 &&
      node.span.start <= node.span.end &&
      node.span.end <= length &&
      (node.kind === 'scalar' ||
        (node.kind === 'seq'
          ? node.items.every((i) => inside(i, length))
          : node.entries.every((e) => e.keySpan.end <= length && inside(e.value, length))));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.constantFrom('yaml', 'json', 'toml'), (pieces, language) => {
        const text = pieces.join('');
        const doc = parseSource(text, language);
        expect(doc.roots.every((r) => inside(r, text.length))).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});
