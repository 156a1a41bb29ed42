// What a family is: a reader from the fields of a config.json to a ModelShape.
// Deliberately absent: the families themselves (one file each beside this one) and where a config came from.

import * as z from 'zod/mini';
import { fail, ok, type Result } from '../../base/result.ts';
import type { ModelConfig } from '../../memory/run.ts';
import { type ModelShape, parameterCount } from '../../memory/shape.ts';
import { once } from '../once.ts';
import { dtypeFields, dtypeOf } from './fields.ts';

export interface FieldProblem {
  readonly why: 'fields-missing' | 'bad-field';
  readonly detail: string;
}

export interface Family {
  /** The `model_type`s this family reads. */
  readonly types: readonly string[];
  readonly read: (config: ModelConfig, type: string) => Result<ModelShape, FieldProblem>;
}

/** The part of a shape that a family decides; its name and the checkpoint's type are the same for all. */
export type FamilyShape = Omit<ModelShape, 'family' | 'dtype'>;

export function defineFamily<F extends z.core.$ZodShape>(
  types: readonly string[],
  fields: () => F,
  shapeOf: (config: z.output<z.ZodMiniObject<F>>) => FamilyShape,
): Family {
  const schema = once(() => z.object(fields()));
  const read: Family['read'] = (config, type) => {
    const dtype = dtypeFields().safeParse(config);
    const parsed = schema().safeParse(config);
    if (!parsed.success) return fail(explainIssues(parsed.error.issues, config));
    if (!dtype.success) return fail(explainIssues(dtype.error.issues, config));
    const uneven = unevenHeads(parsed.data);
    if (uneven) return fail(uneven);
    const loaded = dtypeOf(dtype.data);
    return countable({ family: type, ...shapeOf(parsed.data), ...(loaded && { dtype: loaded }) });
  };
  return { types, read };
}

/** A family whose text fields stand in `text_config` in newer files and beside the tower's in older ones. */
export function flattened(family: Family): Family {
  const fieldsOf = (config: ModelConfig): ModelConfig => {
    const text = config.text_config;
    return typeof text === 'object' && text !== null ? { ...config, ...text } : config;
  };
  return { types: family.types, read: (config, type) => family.read(fieldsOf(config), type) };
}

/** Beyond 2^53 a count is no longer exact, and no such model exists. */
function countable(shape: ModelShape): Result<ModelShape, FieldProblem> {
  if (Number.isSafeInteger(parameterCount(shape))) return ok(shape);
  return fail({ why: 'bad-field', detail: 'these sizes give more than 2^53 parameters' });
}

/** Without `head_dim`, a head is hidden_size / num_attention_heads wide; transformers refuses what does not divide. */
function unevenHeads(config: ModelConfig): FieldProblem | null {
  const { hidden_size: hidden, num_attention_heads: heads, head_dim: given } = config;
  if (typeof hidden !== 'number' || typeof heads !== 'number' || typeof given === 'number') return null;
  if (hidden % heads === 0) return null;
  return { why: 'bad-field', detail: `hidden_size ${hidden} is not a multiple of num_attention_heads ${heads}` };
}

function explainIssues(issues: readonly z.core.$ZodIssue[], config: ModelConfig): FieldProblem {
  const missing = issues.filter((issue) => (valueAt(config, issue.path) ?? null) === null);
  const bad = issues.find((issue) => !missing.includes(issue));
  if (bad) return { why: 'bad-field', detail: `${bad.path.join('.')}: ${bad.message}` };
  return { why: 'fields-missing', detail: missing.map((issue) => issue.path.join('.')).join(', ') };
}

function valueAt(config: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined),
    config,
  );
}
