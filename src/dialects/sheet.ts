// What the sections of a reader share: the keys of one file, the log of fields, and what is gathered on the way.

import type { World } from './dialect.ts';
import type { FieldLog, KeyReader } from './key-reader.ts';
import type { Assumption } from './reading.ts';
import type { AssumedWhy } from './why.ts';

export interface Sheet {
  readonly keys: KeyReader;
  readonly log: FieldLog;
  readonly world: World;
  readonly assumed: (Assumption & { readonly why: AssumedWhy })[];
  readonly wanted: string[];
}
