// biome-ignore-all lint/suspicious/noTemplateCurlyInString: OmegaConf's own sign
import { describe, expect, it } from 'vitest';
import { interpolated } from '../../src/dialects/interpolation.ts';
import { parseSource } from '../../src/yaml/parse.ts';
import type { SourceNode } from '../../src/yaml/source-doc.ts';

function plain(node: SourceNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'seq') return node.items.map(plain);
  return Object.fromEntries(node.entries.map((e) => [e.key, plain(e.value)]));
}

function resolve(text: string): Record<string, unknown> {
  const [root] = parseSource(text, 'yaml').roots;
  return root?.kind === 'map' ? (plain(interpolated(root)) as Record<string, unknown>) : {};
}

describe('references of OmegaConf', () => {
  it.each([
    ['a: 3\nb: ${a}', 3],
    ['a: {c: [1, 2]}\nb: ${a.c[1]}', 2],
    ['a: x\nb: ${a}/${a}.txt', 'x/x.txt'],
    ['a: 2\nb: ${c}\nc: ${a}', 2],
    ['k: a\na: 5\nb: ${${k}}', 5],
    ['b: {d: "${.e}", e: 1}', { d: 1, e: 1 }],
    ['a: 7\nb:\n  d: ${..a}', { d: 7 }],
    ['a:\n  x: ${z}\nz: 1\nb: ${a}', { x: 1 }],
    ['b: ${oc.select:none,4}', 4],
    ['a: 1\nb: ${oc.select:a,4}', 1],
    ['b: ${oc.env:HOME,here}', 'here'],
  ])('%j', (text, expected) => {
    expect(resolve(text).b).toEqual(expected);
  });

  it.each([
    ['b: ${nowhere}', '${nowhere}'],
    ['b: ${oc.env:HOME}', '${oc.env:HOME}'],
    ['b: ${mul:2,3}', '${mul:2,3}'],
    ['b: ${c}\nc: ${b}', '${c}'],
    ['b: ${b}x', '${b}x'],
    ['a: {x: 1}\nb: text ${a}', 'text ${a}'],
    ['b: ${', '${'],
    ['b: ${....a}', '${....a}'],
  ])('stay as written where they name nothing: %j', (text, expected) => {
    expect(resolve(text).b).toBe(expected);
  });

  it('stand where they are written', () => {
    const text = 'a: 12345\nb: ${a}\n';
    const [root] = parseSource(text, 'yaml').roots;
    const entry = root?.kind === 'map' ? interpolated(root).entries[1] : undefined;
    expect(entry && text.slice(entry.value.span.start, entry.value.span.end)).toBe('${a}');
  });

  it('end, however they grow', () => {
    const lines = ['a0: xxxxxxxxxx', ...Array.from({ length: 30 }, (_, i) => `a${i + 1}: \${a${i}}\${a${i}}`)];
    expect(typeof resolve(`${lines.join('\n')}\nb: \${a30}`).b).toBe('string');
  });
});
