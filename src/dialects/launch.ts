// How many GPUs a command line starts its program on: the launcher's own flags, or the cards it is shown.
// Deliberately absent: what the program does with them.

import type { Entry, MapNode } from '../yaml/source-doc.ts';
import type { Sheet } from './sheet.ts';
import { integer, text, type ValueParser } from './value-parsers.ts';

/** Flags of torchrun and deepspeed that count the processes of one machine. */
const PER_NODE: ReadonlySet<string> = new Set(['nproc_per_node', 'num_gpus', 'NPROC_PER_NODE']);
const NODES: ReadonlySet<string> = new Set(['nnodes', 'num_nodes', 'NNODES']);
/** accelerate counts the processes of all machines. */
const IN_ALL: ReadonlySet<string> = new Set(['num_processes']);
const VISIBLE: ReadonlySet<string> = new Set(['CUDA_VISIBLE_DEVICES']);

/** `0,1,2` → 3. */
const cards: ValueParser<number> = {
  expected: '0,1,…',
  parse: (node) =>
    text
      .parse(node)
      ?.split(',')
      .filter((card) => card.trim() !== '').length,
};

/** Undefined: the command leaves it to the machine, which is noted as an assumption. One, where nothing starts a second. */
export function gpusOf({ log, assumed }: Sheet, { launch }: MapNode): number | undefined {
  const launcher = launch?.launcher ?? [];
  const counted = last(launcher, PER_NODE) ?? last(launcher, IN_ALL);
  const gpus = counted && countOf(counted, launcher);
  if (counted && gpus !== undefined) {
    const { key, keySpan, value } = counted;
    return log.set('parallel.gpus', { value: gpus, origin: { kind: 'file', key, keySpan, span: value.span } });
  }
  if (!launch || counted || last(launcher, NODES))
    assumed.push({ field: 'parallel.gpus', value: '1', why: 'gpus-not-in-file' });
  return undefined;
}

function countOf(counted: Entry, launcher: readonly Entry[]): number | undefined {
  const count = integer(1).parse(counted.value);
  if (IN_ALL.has(counted.key)) return count;
  // `--nproc_per_node gpu` takes all that are visible.
  const shown = last(launcher, VISIBLE);
  const perNode = count ?? (shown && cards.parse(shown.value));
  const nodes = last(launcher, NODES);
  return perNode && perNode * ((nodes && integer(1).parse(nodes.value)) ?? 1);
}

const last = (entries: readonly Entry[], names: ReadonlySet<string>): Entry | undefined =>
  entries.filter((e) => names.has(e.key)).at(-1);
