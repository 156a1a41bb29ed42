// The catalogue: from a reference to a model (id, path, preset, fields) to the tensors it holds.
// Deliberately absent: the network and the file system. A local config.json comes through the `file` the caller passes.

import { fail, ok, type Result } from '../base/result.ts';
import type { ModelConfig, ModelRef } from '../memory/run.ts';
import { readShape } from './families.ts';
import { guessByName } from './guess-by-name.ts';
import { catalogue, findId } from './ids.ts';
import { nearNames } from './near-names.ts';
import { presets } from './presets.ts';
import type { ModelResolution } from './resolution.ts';

/** Text of a file, or nothing where it cannot be read. */
export type ReadText = (path: string) => string | null | undefined;

/** The fields below the inline ones, and where they come from. */
interface Ground {
  readonly config: ModelConfig;
  readonly source: 'config' | 'id' | 'preset' | 'name';
  readonly base?: string;
  readonly width: number;
}
type Why = Extract<ModelResolution, { kind: 'unknown' }>['why'];
interface Obstacle {
  readonly why: Why;
  readonly detail: string;
  readonly near?: readonly string[];
}

export function resolveModel(ref: ModelRef, file: ReadText): ModelResolution {
  const id = ref.id ?? null;
  const ground = groundOf(ref, file);
  const inline = givenFields(ref.config);
  // Fields that stand for themselves need nothing below them.
  if (!ground.ok && !inline) return unknown(id, ground.error);
  const below = ground.ok ? ground.value : null;
  const shape = readShape({ ...below?.config, ...inline });
  if (!shape.ok) return unknown(id, ground.ok ? shape.error : moreTelling(shape.error, ground.error));
  return {
    kind: 'known',
    shape: shape.value,
    id,
    source: inline ? 'config' : (below?.source ?? 'config'),
    ...(below?.base !== undefined && { base: below.base }),
    width: below?.width ?? 0,
  };
}

/** Where a few fields stand beside an id nobody knows, the id is what the user can mend. */
function moreTelling(fields: Obstacle, reference: Obstacle): Obstacle {
  return fields.why === 'fields-missing' && reference.why !== 'no-reference' ? reference : fields;
}

function unknown(id: string | null, obstacle: Obstacle): ModelResolution {
  return { kind: 'unknown', id, why: obstacle.why, detail: obstacle.detail, near: obstacle.near ?? [] };
}

/** An empty object is no field. */
function givenFields(config: ModelConfig | undefined): ModelConfig | null {
  return config && Object.keys(config).length > 0 ? config : null;
}

function groundOf(ref: ModelRef, file: ReadText): Result<Ground, Obstacle> {
  const local = ref.id === undefined ? null : localConfig(ref.id, file);
  if (local) return local;
  if (ref.preset !== undefined) return presetNamed(ref.preset);
  return ref.id === undefined ? fail({ why: 'no-reference', detail: '' }) : idNamed(ref.id);
}

function localConfig(id: string, file: ReadText): Result<Ground, Obstacle> | null {
  const path = `${id.replace(/[\\/]+$/, '')}/config.json`;
  const text = file(path);
  if (typeof text !== 'string') return null;
  const config = parseObject(text);
  return config ? ok({ config, source: 'config', width: 0 }) : fail({ why: 'bad-config-file', detail: path });
}

function parseObject(text: string): ModelConfig | null {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ModelConfig) : null;
  } catch {
    return null;
  }
}

function presetNamed(name: string): Result<Ground, Obstacle> {
  const key = name.toLowerCase();
  const config = Object.hasOwn(presets, key) ? presets[key] : undefined;
  if (config) return ok({ config, source: 'preset', width: 0 });
  return fail({ why: 'unknown-preset', detail: name, near: nearNames(name, Object.keys(presets)) });
}

function idNamed(id: string): Result<Ground, Obstacle> {
  const preset = Object.hasOwn(presets, id.toLowerCase()) ? presetNamed(id) : null;
  if (preset) return preset;
  const found = findId(id);
  if (found) return ok({ ...found, source: 'id', width: 0 });
  const guess = guessByName(id);
  if (guess) return ok({ ...guess, source: 'name' });
  const known = catalogue.map((entry) => entry.id);
  return fail({ why: 'id-not-in-catalogue', detail: id, near: nearNames(id, known) });
}
