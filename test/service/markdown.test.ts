import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { MarkupContent } from 'vscode-languageserver-types';
import { analyse } from '../../src/service/analyse.ts';
import { codeLenses } from '../../src/service/code-lens.ts';
import { diagnostics } from '../../src/service/diagnostics.ts';
import { hover } from '../../src/service/hover.ts';
import { inlayHints } from '../../src/service/inlay-hints.ts';
import { code, plain, prose, table } from '../../src/service/markdown.ts';
import { status } from '../../src/service/status.ts';
import { environment } from '../support/environment.ts';

vi.mock('../../src/memory/estimate-run.ts', () => import('../support/linear-estimate.ts'));

const HOSTILE = [
  '[click](command:workbench.action.terminal.new)',
  '![x](https://example.com/x.png)',
  '<img src=x onerror=alert(1)>',
  '`` ` ``](command:evil)',
  'https://example.com/steal',
  'www.example.com',
  'someone@example.com',
  '$(trash) deleted',
  'a | b | c',
  '# heading',
  '- item',
  '1. item',
  '===',
  'x\n\n[y](command:z)',
  'safe\u202egnp.exe',
  'line\u2028break',
];

/** What a markdown reader could act on: a link, an image, a tag or an address, outside of code spans and escapes. */
function liveParts(markdown: string): readonly string[] {
  const dead = markdown.replace(/\\[\\`*_[\]<>&|~#=+.)$:@-]/g, '').replace(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '');
  const ours = dead.replace(/\[[^[\]]*\]\(command:headroom\.(showPanel|pickGpu|profile)\)/g, '');
  return [...ours.matchAll(/\]\(|!\[|<\/?[a-z]|https?:|www\.|\S@\S|\$\(|[\u202a-\u202e\u2028]/gi)].map((m) => m[0]);
}

describe('markdown', () => {
  it('the check itself sees what is live', () => {
    expect(liveParts('[x](command:evil)')).not.toEqual([]);
    expect(liveParts('<b>')).not.toEqual([]);
    expect(liveParts('[Breakdown](command:headroom.showPanel)')).toEqual([]);
  });

  it.each(HOSTILE)('makes plain text of %j', (text) => {
    expect(liveParts(plain(text))).toEqual([]);
    expect(plain(text)).not.toMatch(/\n/);
    expect(plain(text)).not.toMatch(/^(#|- |\d+\. |=)/);
  });

  it('keeps any text inside its code span', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('`', '|', '\n', 'a', ' ', '[', ']', '(', ')', '<', '\\') }),
        (text) => {
          const span = code(text);
          const fence = /^`+/.exec(span)![0];
          expect(span.endsWith(fence)).toBe(true);
          const inside = span.slice(fence.length, -fence.length);
          expect([...inside.matchAll(/`+/g)].every((run) => run[0].length !== fence.length)).toBe(true);
          expect(inside).not.toMatch(/\n/);
        },
      ),
    );
  });

  it('a bar does not end a cell, in code or out of it', () => {
    const [, , row] = table([plain('a'), plain('b')], [[code('x | y'), plain('1 | 2')]]).split('\n');
    expect(row!.replace(/\\\|/g, '').split('|').length).toBe(4);
  });

  it('our own sentences keep their code spans', () => {
    expect(prose('unless `pure_bf16` <x>')).toBe('unless `pure_bf16` \\<x\\>');
  });

  it.each(HOSTILE)('no surface lets %j act, as a model, a key or a value', (text) => {
    const quoted = JSON.stringify(text);
    const config = [
      `model_name_or_path: ${quoted}`,
      'stage: sft',
      'do_train: true',
      'finetuning_type: lora',
      'dataset: identity',
      'template: qwen',
      `cutoff_len: ${quoted}`,
      `${quoted}: 1`,
    ].join('\n');
    for (const source of [config, config.replace(quoted, 'Qwen/Qwen2.5-0.5B')]) {
      const a = analyse(source, 'train.yaml', environment('RTX 4090'));
      const hovers = source.split('\n').map((_, line) => hover(a, { line, character: 1 }));
      const markdown = [
        ...hovers.map((h) => (h ? (h.contents as MarkupContent).value : '')),
        ...inlayHints(a).map((hint) => (hint.tooltip as MarkupContent).value),
        status(a)!.tooltip,
      ];
      for (const piece of markdown) expect(liveParts(piece)).toEqual([]);
      const plainTexts = [...codeLenses(a).map((lens) => lens.command!.title), ...diagnostics(a).map((d) => d.message)];
      for (const piece of plainTexts) expect(piece).not.toMatch(/[\n\u2028\u202e]/);
    }
  });
});
