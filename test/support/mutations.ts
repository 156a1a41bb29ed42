// Broken files, reproducibly: what a fixture looks like half-typed, mispasted, merged badly or made by an enemy.

/** Small, fast and seedable (mulberry32): the same seed gives the same file on every machine. */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What people and programs put into YAML that its readers do not expect. */
const STRANGE = [
  '\t',
  '\r',
  '\0',
  '\ufeff',
  '\ud800',
  ': ',
  ' #',
  '- ',
  '? ',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '|\n',
  '>-\n',
  '---\n',
  '...\n',
  '%YAML 1.2\n',
  '&a ',
  '*a',
  '<<: *a\n',
  '!!python/object ',
  ['$', '{x}'].join(''),
  '~',
  'null',
  'yes',
  '.inf',
  '.nan',
  '-1',
  '0',
  '1e400',
  '0x10',
  '9007199254740993',
  '99999999999999999999',
  '1_000',
  '１２８',
  '模型',
  '👩‍🔬',
  '__proto__: 1\n',
  'constructor: 1\n',
  'bf16: fp16\n',
] as const;

const NUMBERS = ['0', '-1', '1', '7', '1.5', '1e9', '2147483648', '1e308', '.nan', 'auto', '""'] as const;

type Random = () => number;
type Mutation = (text: string, random: Random, others: readonly string[]) => string;

const below = (random: Random, n: number): number => Math.floor(random() * n);
const pick = <T>(random: Random, items: readonly T[]): T => {
  const item = items[below(random, items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};

function span(text: string, random: Random): readonly [number, number] {
  const start = below(random, text.length + 1);
  return [start, Math.min(text.length, start + below(random, 40))];
}

const MUTATIONS: readonly Mutation[] = [
  (text, random) => text.slice(0, below(random, text.length + 1)),
  (text, random) => text.slice(below(random, text.length + 1)),
  (text, random) => {
    const [start, end] = span(text, random);
    return text.slice(0, start) + text.slice(end);
  },
  (text, random) => {
    const [start, end] = span(text, random);
    return text.slice(0, end) + text.slice(start, end) + text.slice(end);
  },
  (text, random) => {
    const at = below(random, text.length + 1);
    return text.slice(0, at) + pick(random, STRANGE) + text.slice(at);
  },
  (text, random) => {
    const numbers = [...text.matchAll(/\d[\d.e+-]*/g)];
    if (numbers.length === 0) return text;
    const { 0: old, index } = pick(random, numbers);
    return text.slice(0, index) + pick(random, NUMBERS) + text.slice(index + old.length);
  },
  (text, random) => {
    const lines = text.split('\n');
    const [a, b] = [below(random, lines.length), below(random, lines.length)];
    return lines.map((line, i) => (i === a ? lines[b] : i === b ? lines[a] : line)).join('\n');
  },
  (text, random, others) => {
    const other = pick(random, others);
    return text.slice(0, below(random, text.length + 1)) + other.slice(below(random, other.length + 1));
  },
  (text, random) => {
    const line = pick(random, text.split('\n'));
    return text.replace(line, line.replace(/^/, ' '.repeat(1 + below(random, 6))));
  },
];

/** One to four changes of one of the fixtures. */
export function mutant(fixtures: readonly string[], seed: number): string {
  const random = randomFrom(seed);
  let text = pick(random, fixtures);
  for (let n = 1 + below(random, 4); n > 0; n--) text = pick(random, MUTATIONS)(text, random, fixtures);
  return text;
}
