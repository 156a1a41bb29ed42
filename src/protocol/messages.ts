// Every message that crosses between the host and the panel, one union a direction. Both sides read with these and
// nothing else: what does not match is dropped by the reader, who logs the reason it was given.
// Deliberately absent: requests with replies. The panel shows state and reports wishes; nobody waits for anybody.

import * as z from 'zod/mini';
import { fail, ok, type Result } from '../base/result.ts';
import { panelTextsSchema } from './panel-texts.ts';
import { viewModel } from './view-model.ts';

const offset = z.int().check(z.nonnegative());

const toWebview = z.discriminatedUnion('type', [
  /** The whole state, every time: the panel may have been hidden and built anew. Null: no training config is active. */
  z.object({ type: z.literal('show'), texts: panelTextsSchema, breakdown: z.nullable(viewModel) }),
  z.object({ type: z.literal('copied') }),
]);

const toHost = z.discriminatedUnion('type', [
  /** The page has (again) been built and knows nothing. */
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('reveal'), start: offset, end: offset }),
  z.object({ type: z.literal('pick-gpu') }),
  z.object({ type: z.literal('copy') }),
  z.object({ type: z.literal('problem'), message: z.string() }),
]);

export type ToWebview = z.infer<typeof toWebview>;
export type ToHost = z.infer<typeof toHost>;

export const readToWebview = (raw: unknown): Result<ToWebview> => read(toWebview, raw);
export const readToHost = (raw: unknown): Result<ToHost> => read(toHost, raw);

function read<T extends z.ZodMiniType>(schema: T, raw: unknown): Result<z.infer<T>> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  return fail(`${typeOf(raw)}: ${issue?.path.join('.') || 'message'}: ${issue?.message ?? 'does not match'}`);
}

function typeOf(raw: unknown): string {
  const type = typeof raw === 'object' && raw !== null && 'type' in raw ? raw.type : raw;
  return typeof type === 'string' ? JSON.stringify(type.slice(0, 40)) : typeof type;
}
