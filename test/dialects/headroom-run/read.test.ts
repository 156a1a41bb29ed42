import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keys } from '../../../src/dialects/headroom-run/keys.ts';
import { parseRun } from '../../../src/dialects/headroom-run/read.ts';
import { runJsonSchema } from '../../../src/dialects/headroom-run/schema.ts';
import { completeRun } from '../../../src/memory/run.ts';
import { readFixture, readText, told } from '../read-fixture.ts';

const read = (name: string, around = {}) => readFixture(`headroom-run/${name}`, around);

describe('native files', () => {
  it('pass presets through', () => {
    expect(read('minimind.yaml')).toMatchObject({
      dialect: 'headroom-run',
      reading: {
        run: {
          model: { preset: 'minimind-1.05b' },
          stage: 'pretrain',
          batch: { micro: 1, accumulation: 8, sequence: 340 },
        },
        findings: [],
        wanted: [],
      },
    });
  });

  it('keep an id and the fields that win over it', () => {
    const { reading } = read('lora.yaml');
    expect(reading.run).toMatchObject({
      model: { id: 'Qwen/Qwen2.5-0.5B', config: { num_hidden_layers: 12 } },
      gpu: 'RTX 4090',
    });
    expect(reading.fields.get('method.rank')).toMatchObject({
      value: 64,
      origin: { kind: 'file', key: 'method.rank' },
    });
  });

  it('read JSON', () => {
    expect(read('plain.json').reading.run).toMatchObject({ batch: { micro: 2 }, versions: { torch: '2.6.0' } });
  });

  it('name unknown fields and unreadable values, and read the rest', () => {
    const found = read('mistakes.yaml');
    expect([...told(found)].sort()).toEqual([
      'unknown-field methd @ methd',
      'unknown-field method.ranks @ ranks',
      'unreadable-value batch.accumulation @ many',
      'unreadable-value method.kind @ lorra',
      'unreadable-value method.rank @ 0',
    ]);
    expect(found.reading.run).toMatchObject({
      model: { id: 'Qwen/Qwen2.5-0.5B' },
      method: {},
      batch: { micro: 4, sequence: 2048 },
    });
  });

  it('give no run without a length, and say which field is missing', () => {
    const found = read('no-length.yaml');
    expect(found.reading.run).toBeNull();
    expect(told(found)).toEqual(['unreadable-value batch.sequence @ batch']);
    expect(told(readText('schema: headroom/run@1\nbatch: {micro: 1, sequence: 8}\n'))).toEqual([
      'missing-model model @ schema',
    ]);
    expect(told(readText('schema: headroom/run@1\nmodel: {}\nbatch: {micro: 1, sequence: 8}\n'))).toEqual([
      'missing-model model @ model',
    ]);
  });

  it('know flags', () => {
    const { reading } = read('lora.yaml', { set: { 'method.rank': '128' } });
    expect(reading.run?.method?.rank).toBe(128);
    expect(reading.fields.get('method.rank')?.origin).toEqual({ kind: 'flag', key: 'method.rank' });
  });
});

describe('the schema', () => {
  it('is printable, and refuses other properties', () => {
    expect(runJsonSchema()).toMatchObject({
      type: 'object',
      required: ['model', 'batch'],
      additionalProperties: false,
    });
  });

  it('accepts a completed run, whole', () => {
    const whole = completeRun({ model: { id: 'x/y' }, batch: { micro: 1, sequence: 8 } });
    expect(parseRun(JSON.parse(JSON.stringify(whole)))).toEqual({ ok: true, value: JSON.parse(JSON.stringify(whole)) });
  });

  it('names what is wrong', () => {
    expect(parseRun({ model: {}, batch: { micro: 0, sequence: 8, rows: 1 } })).toEqual({
      ok: false,
      error: ['batch.micro: expected at least 1', 'unknown field: batch.rows'],
    });
    expect(parseRun('x')).toEqual({ ok: false, error: ['the run: expected object'] });
  });

  it('documents fields that exist', () => {
    for (const { key } of keys) {
      const [section, field] = key.split('.');
      const properties = (runJsonSchema().properties ?? {}) as Record<string, { properties?: object }>;
      expect(Object.keys(properties), key).toContain(section);
      if (field) expect(Object.keys(properties[section ?? '']?.properties ?? {}), key).toContain(field);
    }
  });

  const TRUTH = join(import.meta.dirname, '../../../../shared/truth');
  it.skipIf(!existsSync(TRUTH))('accepts the runs of all rows of truth that state one in full', () => {
    const rows = ['traced', 'gpu', 'multi'].flatMap((name) =>
      readFileSync(join(TRUTH, `${name}.jsonl`), 'utf8')
        .trim()
        .split('\n'),
    );
    const runs = rows
      .map((line) => JSON.parse(line) as TruthRow)
      .filter((row) => row.run !== undefined && stated(row.run));
    const refused = runs.flatMap((row) => {
      const parsed = parseRun(row.run);
      return parsed.ok ? [] : [`${row.id}: ${parsed.error.join('; ')}`];
    });
    expect(runs.length).toBeGreaterThan(1200);
    expect(refused).toEqual([]);
  });
});

interface TruthRow {
  readonly id: string;
  readonly run?: {
    readonly batch: Record<string, unknown>;
    readonly method: Record<string, unknown>;
    readonly weights: Record<string, unknown>;
  };
}

/** Not: rows whose source gives no length or batch, and two cases this format has no words for yet (LLaMA adapters, upcast biases). */
function stated(run: NonNullable<TruthRow['run']>): boolean {
  const known =
    run.batch.micro !== undefined && run.batch.sequence !== undefined && run.weights?.kbitUpcast !== 'norms and biases';
  return known && !String(run.method?.kind).startsWith('adapter-v');
}
