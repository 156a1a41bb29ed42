// How the id catalogue is written down: groups of ids of one family that share column names.
// The facts are those of each repository's config.json on the hub.

import type { ModelConfig } from '../../memory/run.ts';

/** One shape: the ids that have it (space-separated; an id without an owner takes the one before it), then its columns. */
type Row = readonly [ids: string, ...sizes: (number | ModelConfig)[]];

export interface Group {
  readonly type: string;
  /** The type the checkpoints are stored in. */
  readonly dtype: 'float16' | 'bfloat16' | 'float32';
  readonly columns: readonly string[];
  /** Fields all rows share; a row's own trailing object wins. */
  readonly all?: ModelConfig;
  readonly rows: readonly Row[];
}

export interface Entry {
  readonly id: string;
  readonly config: ModelConfig;
}

export function entriesOf(group: Group): Entry[] {
  return group.rows.flatMap((row) => {
    const config = configOf(group, row);
    return idsOf(row[0]).map((id) => ({ id, config }));
  });
}

function configOf(group: Group, [, ...values]: Row): ModelConfig {
  const named = values.flatMap((value, i): [string, unknown][] =>
    typeof value === 'number' ? [[group.columns[i] ?? '', value]] : Object.entries(value),
  );
  return { model_type: group.type, dtype: group.dtype, ...group.all, ...Object.fromEntries(named) };
}

function idsOf(text: string): string[] {
  let owner = '';
  return text.split(' ').map((id) => {
    const slash = id.indexOf('/');
    if (slash < 0) return owner === '' ? id : `${owner}/${id}`;
    owner = id.slice(0, slash);
    return id;
  });
}
