// The families we can read. Adding one is a file in families/ and a line here.

import { fail, ok, type Result } from '../base/result.ts';
import type { ModelConfig } from '../memory/run.ts';
import type { ModelShape } from '../memory/shape.ts';
import type { Family, FieldProblem } from './families/family.ts';
import { llama } from './families/llama.ts';
import { minimind } from './families/minimind.ts';
import { mistral } from './families/mistral.ts';
import { qwen2 } from './families/qwen2.ts';
import { qwen3 } from './families/qwen3.ts';

const FAMILIES: readonly Family[] = [llama, mistral, qwen2, qwen3, minimind];

const BY_TYPE: ReadonlyMap<string, Family> = new Map(
  FAMILIES.flatMap((f) => f.types.map((type) => [type, f] as const)),
);
export const familyNames: readonly string[] = [...BY_TYPE.keys()];

export interface ShapeProblem {
  readonly why: FieldProblem['why'] | 'family-not-supported';
  readonly detail: string;
}

/** A shape from the fields of a config.json, or which field stands in the way. */
export function readShape(config: ModelConfig): Result<ModelShape, ShapeProblem> {
  const type = config['model_type'];
  if (type === undefined || type === null) return fail({ why: 'fields-missing', detail: 'model_type' });
  if (typeof type !== 'string') return fail({ why: 'bad-field', detail: 'model_type: must be a name' });
  const family = BY_TYPE.get(type);
  if (!family) return fail({ why: 'family-not-supported', detail: type });
  const shape = family.read(config, type);
  return shape.ok ? ok(shape.value) : shape;
}
