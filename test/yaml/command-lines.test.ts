import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { removeKey, setValue, type TextEdit } from '../../src/yaml/edit.ts';
import { parseSource } from '../../src/yaml/parse.ts';
import type { MapNode, SourceLanguage, SourceNode } from '../../src/yaml/source-doc.ts';

const roots = (text: string, language: SourceLanguage = 'shell'): readonly MapNode[] =>
  parseSource(text, language).roots.filter((root) => root.kind === 'map');
const plain = (node: SourceNode): unknown =>
  node.kind === 'scalar' ? node.value : node.kind === 'seq' ? node.items.map(plain) : flags(node);
const flags = (root: MapNode | undefined) =>
  Object.fromEntries((root?.entries ?? []).map((e) => [e.key, plain(e.value)]));
const started = (text: string) => roots(text).map(({ launch }) => launch?.program);

const applied = (text: string, edits: readonly TextEdit[]): string =>
  edits.reduceRight((t, { span, newText }) => t.slice(0, span.start) + newText + t.slice(span.end), text);
const set = (text: string, key: string, value: string | number | boolean) =>
  applied(text, setValue(parseSource(text, 'shell'), [key], value));

describe('a command line', () => {
  it('is the program and its flags, whatever starts it', () => {
    expect(started('python train.py -x\ntorchrun --nproc_per_node 2 a/train.py --a 1')).toEqual([
      'train.py',
      'train.py',
    ]);
    expect(started('accelerate launch --config_file x.yaml sft.py --a 1')).toEqual(['sft.py']);
    expect(started('python3 -m verl.trainer.main_ppo a.b=1')).toEqual(['verl.trainer.main_ppo']);
    expect(started('python -m torch.distributed.run --nproc-per-node 8 t.py')).toEqual(['t.py']);
    expect(started('swift sft --model x')).toEqual(['swift sft']);
    expect(started('nohup python train.py > log 2>&1 &')).toEqual(['train.py']);
  });

  it('has flags in every spelling', () => {
    const [root] = roots("python t.py --a 1 --b=2 --c --d-e x y --f 'it is' +g.h=3 i=off --lr 1e-4 --n -1");
    expect(flags(root)).toEqual({
      a: 1,
      b: 2,
      c: true,
      d_e: ['x', 'y'],
      f: 'it is',
      'g.h': 3,
      i: false,
      lr: '1e-4',
      n: -1,
    });
  });

  it('goes on behind a backslash and ends at its line, also where a quote is left open', () => {
    const [first, second] = roots('python a.py \\\r\n  --x "1\npython b.py --y 2');
    expect([flags(first), flags(second)]).toEqual([{ x: 1 }, { y: 2 }]);
  });

  it('takes variables from above, with their place', () => {
    const text = `N=4\nexport CUDA_VISIBLE_DEVICES=0\npython t.py --a $N --b "$\{N}" --c $\{M:-7} --d $Q --e x$N\n`;
    const [root] = roots(text);
    expect(flags(root)).toEqual({ a: 4, b: 4, c: 7, d: '$Q', e: 'x4' });
    expect(root?.launch?.launcher.map((e) => [e.key, plain(e.value)])).toEqual([['CUDA_VISIBLE_DEVICES', 0]]);
    const a = root?.entries[0];
    expect(text.slice(a?.value.span.start, a?.value.span.end)).toBe('4');
    expect(text.slice(a?.alias?.start, a?.alias?.end)).toBe('$N');
  });

  it('stands in a fence of Markdown, and nowhere else there', () => {
    const text = "It's `python a.py --x 1`.\n\n```bash\npython b.py --y 2\n```\n\npython c.py --z 3\n";
    const [root, ...more] = roots(text);
    expect([root?.launch?.program, flags(root), more]).toEqual(['b.py', { y: 2 }, []]);
    expect(text.slice(root?.span.start, root?.span.end)).toBe('python b.py --y 2'.slice('python '.length));
  });

  it('is found in any text without throwing, and all places lie inside it', () => {
    const bits = fc.constantFrom(
      'python ',
      't.py ',
      '--a',
      '=',
      '1 ',
      '"',
      "'",
      '\\',
      '\n',
      '$',
      '{',
      '}',
      '(',
      ')',
      '#',
      ' ',
      'é',
    );
    fc.assert(
      fc.property(
        fc.array(bits, { maxLength: 40 }),
        fc.constantFrom<SourceLanguage>('shell', 'python'),
        (parts, language) => {
          const text = parts.join('');
          for (const { entries, span } of roots(text, language)) {
            for (const s of [span, ...entries.flatMap((e) => [e.keySpan, e.value.span])]) {
              expect(s.start).toBeGreaterThanOrEqual(0);
              expect(s.end).toBeGreaterThanOrEqual(s.start);
              expect(s.end).toBeLessThanOrEqual(text.length);
            }
          }
        },
      ),
    );
  });
});

describe('changes to a command line', () => {
  const ONE = 'python t.py --a 1 --b x  # note\n';
  const MANY = 'N=1\npython t.py \\\n    --a $N \\\n    --switch\n';

  it('replace a value, also one that is a variable', () => {
    expect(set(ONE, 'a', 2)).toBe('python t.py --a 2 --b x  # note\n');
    expect(set(ONE, 'b', "it's")).toBe("python t.py --a 1 --b 'it'\\''s'  # note\n");
    expect(set(MANY, 'a', 2)).toBe(MANY.replace('--a $N', '--a 2'));
  });

  it('give a switch a value, and leave it where it is on already', () => {
    expect(set(MANY, 'switch', false)).toBe(MANY.replace('--switch', '--switch false'));
    expect(set(MANY, 'switch', true)).toBe(MANY);
  });

  it('add a flag as the others stand', () => {
    expect(set(ONE, 'c', 3)).toBe('python t.py --a 1 --b x --c 3  # note\n');
    expect(set(MANY, 'c', 3)).toBe(MANY.replace('--switch', '--switch \\\n    --c 3'));
    expect(set('python t.py a=1', 'b', 2)).toBe('python t.py a=1 b=2');
  });

  it('remove a flag with its value', () => {
    const removed = (text: string, key: string) => applied(text, removeKey(parseSource(text, 'shell'), [key]));
    expect(removed(ONE, 'b')).toBe('python t.py --a 1  # note\n');
    expect(removed(MANY, 'switch')).toBe('N=1\npython t.py \\\n    --a $N\n');
  });
});

describe('the arguments of a script', () => {
  const SCRIPT =
    'p.add_argument("--a", type=int, default=8, help="default=9")\np.add_argument("--b-c", default=\'x\')\n';

  it('are keys with their literal defaults', () => {
    expect(roots(SCRIPT, 'python').map(flags)).toEqual([{ a: 8, b_c: 'x' }]);
    expect(roots('p.add_argument("--x", default=None)\np.add_argument("--y")', 'python').map(flags)).toEqual([
      { x: null, y: null },
    ]);
  });

  it('take another default, and no new argument', () => {
    const doc = parseSource(SCRIPT, 'python');
    expect(applied(SCRIPT, setValue(doc, ['a'], 4))).toBe(SCRIPT.replace('default=8', 'default=4'));
    expect(applied(SCRIPT, setValue(doc, ['b_c'], 'y'))).toBe(SCRIPT.replace("'x'", "'y'"));
    expect(setValue(doc, ['new'], 1)).toEqual([]);
    expect(removeKey(doc, ['a'])).toEqual([]);
  });
});
