// npm run bench: how long an answer takes, how much it holds, how big the product is. Medians, since a machine has other work.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Estimate } from '../src/memory/estimate.ts';
import { estimateRun } from '../src/memory/estimate-run.ts';
import { analyse } from '../src/service/analyse.ts';
import type { Analysis, Environment } from '../src/service/analysis-types.ts';
import { parseTarget } from '../src/service/target.ts';
import { drawn } from '../test/support/all-projections.ts';
import { bundles, vsixBudget } from './bundles.mjs';
import { llamafactoryFiles } from './corpus.ts';

const target = parseTarget('A100 80GB');
const world = (depth: Environment['depth']): Environment => ({
  language: 'en',
  target: target.ok ? target.value : null,
  depth,
  versions: {},
  file: () => null,
});
const TYPING = world('ledger');
const PAUSED = world('allocator');

const ms = (work: () => unknown): number => {
  const start = performance.now();
  work();
  return performance.now() - start;
};
const best = (work: () => unknown, times: number): number => Math.min(...Array.from({ length: times }, () => ms(work)));
const quantile = (values: readonly number[], q: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? Number.NaN;
const print = (what: string, value: string): void => console.log(`${what.padEnd(58)} ${value}`);
const inMs = (values: readonly number[]): string =>
  `median ${quantile(values, 0.5).toFixed(2)} ms · p99 ${quantile(values, 0.99).toFixed(2)} ms · max ${quantile(values, 1).toFixed(2)} ms`;

analysesOfFiles();
bigModel();
heap();
activation();
sizes();

function analysesOfFiles(): void {
  const { files, from } = llamafactoryFiles();
  const warm = (environment: Environment): void =>
    files.forEach(({ name, text }) => void analyse(text, name, environment));
  warm(TYPING);
  const typing = files.map(({ name, text }) => best(() => analyse(text, name, TYPING), 5));
  const keystroke = files.map(({ name, text }) => best(() => drawn(`${text}\n`, name, TYPING), 5));
  const paused = files.map(({ name, text }) => best(() => analyse(text, name, PAUSED), 2));
  const analyses = files.map(({ name, text }) => analyse(text, name, TYPING));
  const estimated = analyses.filter(({ estimate }) => estimate !== null).length;
  const training = analyses.filter(({ dialect }) => dialect !== null).length;
  print(
    `LLaMA-Factory files (${from})`,
    `${files.length}: ${training} training configs, ${estimated} with an estimate`,
  );
  print('text → Analysis, while typing', inMs(typing));
  print('one keystroke: Analysis, hints, lens, problems, panel', inMs(keystroke));
  print('text → Analysis, full depth (allocator)', inMs(paused));
}

/** Llama 3.1 405B: 126 layers, the deepest model of the line. */
function bigModel(): void {
  const text = [
    'schema: headroom/run@1',
    'model: {id: meta-llama/Llama-3.1-405B}',
    'batch: {micro: 1, sequence: 4096}',
    'autocast: bf16',
    '',
  ].join('\n');
  for (const [name, environment] of [
    ['ledger', TYPING],
    ['allocator', PAUSED],
  ] as const) {
    const a = analyse(text, 'run.yaml', environment);
    const time = best(() => replayOnly(a, environment), 5);
    print(`405B, 126 layers, replay alone: ${name}`, a.estimate ? `${time.toFixed(2)} ms` : 'no estimate');
  }
}

function replayOnly(a: Analysis, { depth }: Environment): Estimate | null {
  if (a.run === null || a.model?.kind !== 'known') return null;
  const result = estimateRun({ run: a.run, shape: a.model.shape, gpu: a.target?.gpu ?? null, depth });
  return result.ok ? result.value : null;
}

/** What the cache of an editor holds for one open config, text and tree included. */
function heap(): void {
  if (globalThis.gc === undefined) {
    print('heap per analysis', 'not measured: run with node --expose-gc');
    return;
  }
  const { files } = llamafactoryFiles();
  const kept: Analysis[] = [];
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  const ROUNDS = 5;
  for (let round = 0; round < ROUNDS; round++)
    for (const { name, text } of files) kept.push(analyse(text, name, TYPING));
  globalThis.gc();
  print('heap per analysis', `${((process.memoryUsage().heapUsed - before) / kept.length / 1024).toFixed(1)} KiB`);
}

/** Each in a process of its own, since only the first load of a bundle costs. */
function activation(): void {
  if (!existsSync('dist/extension.cjs')) {
    print('activation', 'not measured: npm run build first');
    return;
  }
  const runs = Array.from({ length: 11 }, () => {
    const text = execFileSync(process.execPath, ['scripts/activation.mjs'], { encoding: 'utf8' });
    return JSON.parse(text) as { load: number; activate: number };
  });
  print('load dist/extension.cjs', inMs(runs.map(({ load }) => load)));
  print('activate', inMs(runs.map(({ activate }) => activate)));
  const started = Array.from({ length: 7 }, () =>
    ms(() => execFileSync(process.execPath, ['dist/headroom.cjs', 'help'])),
  );
  const bare = Array.from({ length: 7 }, () => ms(() => execFileSync(process.execPath, ['-e', '0'])));
  print('headroom help, beyond node itself', `${(quantile(started, 0.5) - quantile(bare, 0.5)).toFixed(0)} ms`);
}

function sizes(): void {
  for (const { outfile, budget } of bundles) if (existsSync(outfile)) printSize(outfile, budget);
  const vsix = readdirSync('.').find((name) => name.endsWith('.vsix'));
  if (vsix !== undefined) printSize(join('.', vsix), vsixBudget);
}

function printSize(file: string, budget: number): void {
  const { size } = statSync(file);
  print(file, `${(size / 1024).toFixed(1)} KB of ${budget / 1024} KB (${Math.round((100 * size) / budget)} %)`);
}
