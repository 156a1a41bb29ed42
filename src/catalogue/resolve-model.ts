// The catalogue: from a reference to a model (id, path, preset, fields) to the tensors it holds.
// Deliberately absent: the network and the file system. A local config.json comes through the `file` the caller passes.

import type { ModelConfig, ModelRef } from '../memory/run.ts';
import { readShape } from './families.ts';
import { findId } from './ids.ts';
import { presets } from './presets.ts';
import type { ModelResolution } from './resolution.ts';

/** Text of a file, or nothing where it cannot be read. */
export type ReadText = (path: string) => string | null | undefined;

type Unknown = Extract<ModelResolution, { kind: 'unknown' }>;
/** Where the fields below the inline ones come from. */
type Ground = {
  readonly config: ModelConfig;
  readonly source: 'config' | 'id' | 'preset' | 'name';
  readonly base?: string;
  readonly width: number;
};

export function resolveModel(ref: ModelRef, file: ReadText): ModelResolution {
  const id = ref.id ?? null;
  const unknown = (why: Unknown['why'], detail: string, near: readonly string[] = []): Unknown => ({
    kind: 'unknown',
    id,
    why,
    detail,
    near,
  });
  const ground = groundOf(ref, file, unknown);
  if (ground && 'kind' in ground && !ref.config) return ground;
  const below = ground && !('kind' in ground) ? ground : null;
  if (!below && !ref.config) return id === null ? unknown('no-reference', '') : unknown('id-not-in-catalogue', id);
  const shape = readShape({ ...below?.config, ...ref.config });
  if (!shape.ok) return unknown(shape.error.why, shape.error.detail);
  return {
    kind: 'known',
    shape: shape.value,
    id,
    source: ref.config ? 'config' : (below?.source ?? 'config'),
    ...(below?.base && { base: below.base }),
    width: below?.width ?? 0,
  };
}

function groundOf(
  ref: ModelRef,
  file: ReadText,
  unknown: (why: Unknown['why'], detail: string) => Unknown,
): Ground | Unknown | null {
  if (ref.preset !== undefined) {
    const config = presets[ref.preset.toLowerCase()];
    return config ? { config, source: 'preset', width: 0 } : unknown('unknown-preset', ref.preset);
  }
  if (ref.id === undefined) return null;
  const text = file(`${ref.id.replace(/\/+$/, '')}/config.json`);
  if (typeof text === 'string') {
    try {
      return { config: JSON.parse(text) as ModelConfig, source: 'config', width: 0 };
    } catch {
      return unknown('bad-config-file', ref.id);
    }
  }
  const found = findId(ref.id);
  return found ? { ...found, source: 'id', width: 0 } : null;
}
