// `headroom profile` from its words to its exit status: the replay alone, and a real run on the backend that npm brings.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { agreementOf, agrees, measurementSchema } from '../../src/profiler/measurement.ts';
import { runCommand } from '../support/captured-terminal.ts';
import { buildProfilerWorker } from '../support/profiler-worker.ts';

const CONFIG = `schema: headroom/run@1
model:
  config: {model_type: llama, hidden_size: 64, intermediate_size: 96, num_hidden_layers: 6, num_attention_heads: 4, vocab_size: 2000}
batch: {micro: 2, sequence: 512}
autocast: bf16
`;
const folder = mkdtempSync(join(tmpdir(), 'headroom-profile-'));
const config = join(folder, 'run.yaml');
let worker = '';
beforeAll(async () => {
  writeFileSync(config, CONFIG);
  worker = await buildProfilerWorker();
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the dry rung replays and says so', async () => {
  const { status, out, err } = await runCommand(['profile', config, '--backend', 'dry'], { worker });
  expect(status).toBe(0);
  expect(err[0]).toContain('nothing is computed');
  expect(out).toContain('Replayed, not measured');
  expect(out).toContain('Nothing was measured');
});

test('a backend computes the twin, and the measurement is kept', async () => {
  const save = join(folder, '.headroom', 'measurements');
  const argv = ['profile', config, '--backend', 'cpu', '--seconds', '300', '--save', save];
  const { status, out, err } = await runCommand(argv, { worker });
  expect(status).toBe(0);
  expect(err[0]).toMatch(/^cpu 4\.22\.0: 12 small shapes/);
  expect(err.join('\n')).toContain('autocast bf16 → none');
  expect(out).toContain('Measured with cpu 4.22.0 at 12 shapes');
  expect(out).toContain('The replay agrees with what was measured on this machine.');
  const [file = ''] = readdirSync(save);
  const kept = measurementSchema.parse(JSON.parse(readFileSync(join(save, file), 'utf8')));
  const agreement = agreementOf(kept);
  expect(agreement && agrees(agreement)).toBe(true);
  expect(Math.abs(agreement?.full ?? 1)).toBeLessThan(0.001);
}, 120_000);

test('each skipped rung says why, with the command that would change it', async () => {
  const { err } = await runCommand(['profile', config, '--backend', 'tfjs-node'], { worker });
  expect(err.join('\n')).toMatch(
    /tfjs-node: not installed · → npm install --prefix \S+ @tensorflow\/tfjs-node@4\.22\.0/,
  );
  const tooSlow = await runCommand(['profile', config, '--backend', 'cpu', '--seconds', '0.1'], { worker });
  expect(tooSlow.err.join('\n')).toContain('cpu: would take longer, or more memory, than the limits allow');
});

test('what cannot be profiled is said in a line', async () => {
  writeFileSync(join(folder, 'other.yaml'), 'services: {web: {image: nginx}}\n');
  const other = await runCommand(['profile', join(folder, 'other.yaml')], { worker });
  expect(other.status).toBe(2);
  expect(other.err).toEqual(['headroom: this is no training config with a known model, so there is nothing to run']);
  expect((await runCommand(['profile'], { worker })).status).toBe(64);
  expect((await runCommand(['profile', config, '--backend', 'cuda'], { worker })).err[0]).toContain(
    '--backend is one of auto',
  );
});

test('in Chinese too', async () => {
  const { out, err } = await runCommand(['profile', config, '--backend', 'dry', '--lang', 'zh-cn'], { worker });
  expect(err[0]).toContain('不做计算');
  expect(out).toContain('仅重放，未实测');
});
