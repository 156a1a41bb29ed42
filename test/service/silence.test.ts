import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/service/analyse.ts';
import type { Analysis } from '../../src/service/analysis-types.ts';
import { breakdown } from '../../src/service/breakdown.ts';
import { codeLenses } from '../../src/service/code-lens.ts';
import { codeActions, diagnostics } from '../../src/service/diagnostics.ts';
import { hover } from '../../src/service/hover.ts';
import { inlayHints } from '../../src/service/inlay-hints.ts';
import { status } from '../../src/service/status.ts';
import { positionAt } from '../../src/service/text-positions.ts';
import { environment } from '../support/environment.ts';
import { withoutProblems } from '../support/marked-text.ts';

const WHOLE = (text: string) => ({ start: { line: 0, character: 0 }, end: positionAt(text, text.length) });

/** Everything this room says about an analysis, with the real estimator behind it. */
const everything = (a: Analysis) => ({
  hints: inlayHints(a),
  lenses: codeLenses(a),
  diagnostics: diagnostics(a),
  status: status(a),
  breakdown: breakdown(a),
});

const SILENT: readonly (readonly [what: string, name: string, text: string])[] = [
  ['nothing', 'train.yaml', ''],
  ['a compose file', 'compose.yaml', 'services:\n  web:\n    image: nginx\n    ports: ["80:80"]\n'],
  ['a Kubernetes deployment', 'deploy.yaml', 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n'],
  ['a workflow', 'ci.yml', 'on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps: [{run: make}]\n'],
  ['a package', 'package.json', '{"name": "x", "version": "1.0.0"}'],
  ['prose', 'readme.yaml', 'just some words'],
  ['TOML', 'train.toml', 'model_name_or_path = "x"\n'],
  [
    'a script of other programs',
    'deploy.sh',
    '#!/bin/sh\nset -e\ndocker run --name web -p 80:80 nginx\npython app.py --port 80\n',
  ],
  ['a training script of another project', 'run.sh', 'python train_dpo.py --batch_size 4 --model_name gpt2\n'],
  [
    'a script of a like name with flags of its own',
    'run.sh',
    'python train_pretrain.py --batch_size 4 --config c.yaml\n',
  ],
  ['a Python file', 'app.py', 'import argparse\nparser.add_argument("--batch_size", default=4)\n'],
  ['a script of a like name', 'train_pretrain.py', 'import argparse\np.add_argument("--batch_size", default=4)\n'],
  ['a Makefile', 'Makefile', 'test:\n\tpytest --maxfail=1 $(ARGS)\n'],
  ['a README', 'README.md', '# Title\n\nRun `python train.py --lr 1e-4`, it is "easy.\n'],
  [
    'an inference config',
    'chat.yaml',
    'model_name_or_path: Qwen/Qwen2.5-7B\ntemplate: qwen\ninfer_backend: huggingface\n',
  ],
  [
    'a merge config',
    'merge.yaml',
    'model_name_or_path: x/y\nadapter_name_or_path: z\ntemplate: qwen\nfinetuning_type: lora\nexport_dir: out\n',
  ],
];

describe('silence', () => {
  it.each(SILENT)('on %s', (_, name, text) => {
    const a = analyse(text, name, environment('RTX 4090'));
    expect(everything(a)).toEqual({ hints: [], lenses: [], diagnostics: [], status: null, breakdown: null });
    expect(codeActions(a, WHOLE(text))).toEqual([]);
    for (let line = 0; line < 5; line += 1) expect(hover(a, { line, character: 2 })).toBeNull();
  });
});

const folder = new URL('../fixtures/service/', import.meta.url);
const fixtures = ['problems', 'hints', 'fixes'].flatMap((room) =>
  readdirSync(new URL(`${room}/`, folder))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => withoutProblems(readFileSync(new URL(`${room}/${name}`, folder), 'utf8'))),
);

describe('half-typed files', () => {
  it('neither throw nor say NaN, wherever they are cut off', () => {
    const cut = fc
      .constantFrom(...fixtures)
      .chain((text) => fc.tuple(fc.constant(text), fc.nat(text.length), fc.constantFrom(null, 'RTX 4090', '1 GiB')));
    fc.assert(
      fc.property(cut, ([text, length, gpu]) => {
        const half = text.slice(0, length);
        const a = analyse(half, 'train.yaml', environment(gpu));
        const said = JSON.stringify([everything(a), hover(a, positionAt(half, length))]);
        expect(said).not.toMatch(/NaN|Infinity|undefined|\[object/);
      }),
      { numRuns: 300 },
    );
  });

  it('keep every range inside the text', () => {
    for (const text of fixtures) {
      const half = text.slice(0, Math.floor(text.length * 0.7));
      const last = positionAt(half, half.length);
      const a = analyse(half, 'train.yaml', environment('1 GiB'));
      for (const { range } of diagnostics(a)) {
        expect(range.end.line).toBeLessThanOrEqual(last.line);
        expect(range.start.line).toBeLessThanOrEqual(range.end.line);
      }
    }
  });
});
