// The id catalogue: every hub id whose shape we know, and finding one by a name as people write it.

import type { ModelConfig } from '../memory/run.ts';
import { llamaIds } from './ids/llama.ts';
import { type Entry, entriesOf } from './ids/rows.ts';

export const catalogue: readonly Entry[] = [...llamaIds].flatMap(entriesOf);

const BY_ID: ReadonlyMap<string, Entry> = new Map(catalogue.map((e) => [e.id.toLowerCase(), e]));

export interface Found {
  readonly config: ModelConfig;
  /** Present when the name is not the catalogue's own. */
  readonly base?: string;
}

export function findId(id: string): Found | null {
  const entry = BY_ID.get(id.toLowerCase());
  return entry ? { config: entry.config } : null;
}
