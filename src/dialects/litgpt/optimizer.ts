// The optimizer: a name, or a class with arguments; with quantised weights always the paged AdamW of bitsandbytes.
// Source: litgpt/utils.py, instantiate_torch_optimizer and instantiate_bnb_optimizer, 0.5.13.

import type { Optimizer } from '../../memory/run.ts';
import { plainScalar } from '../../yaml/scalar.ts';
import type { SourceNode } from '../../yaml/source-doc.ts';
import type { Read } from '../key-reader.ts';
import { optimizerOfClass } from '../optimizer-classes.ts';
import type { Sheet } from '../sheet.ts';
import { boolean, numberOf, pathOrMapping, text } from '../value-parsers.ts';
import type { Command } from './command.ts';

const PAGED: Partial<Optimizer> & Pick<Optimizer, 'name'> = {
  name: 'adamw',
  library: 'bitsandbytes',
  implementation: 'loop',
  paged: true,
  stateDtype: 'fp32',
};

export function readOptimizer(sheet: Sheet, command: Command, quantized: boolean): Partial<Optimizer> {
  const { keys, log } = sheet;
  if (quantized) {
    log.infer('optimizer.name', PAGED.name, 'litgpt-paged-adamw');
    return PAGED;
  }
  const read = keys.get('optimizer', pathOrMapping);
  const name = classOf(read.value);
  const kept = optimizerOfClass(name);
  log.set('optimizer.name', { value: kept?.name ?? name, origin: read.origin } satisfies Read<string>);
  if (!kept) {
    keys.note('unsupported', 'optimizer', { field: 'optimizer.name', value: name });
    return { name };
  }
  if (kept.library !== 'torch') return kept;
  const given = valueIn(read.value, 'init_args');
  const momentum = numberOf(valueIn(given, 'momentum')) ?? 0;
  return { ...kept, ...(momentum > 0 && { momentum }), implementation: implementationOf(given, command, kept) };
}

function classOf(node: SourceNode): string {
  const named = node.kind === 'map' ? valueIn(node, 'class_path') : node;
  return text.parse(named) ?? 'AdamW';
}

/** Pre-training asks for the fused kernels wherever the class has them; elsewhere torch chooses foreach. */
function implementationOf(
  given: SourceNode,
  { stage }: Command,
  kept: Partial<Optimizer>,
): Optimizer['implementation'] {
  const fused = FUSED.has(kept.name ?? '') && (boolean.parse(valueIn(given, 'fused')) ?? stage === 'pretrain');
  if (fused) return 'fused';
  return boolean.parse(valueIn(given, 'foreach')) === false ? 'loop' : (kept.implementation ?? 'foreach');
}

const FUSED: ReadonlySet<string> = new Set(['adamw', 'adam', 'sgd', 'adagrad']);
const NOTHING = plainScalar('');

function valueIn(node: SourceNode, key: string): SourceNode {
  return (node.kind === 'map' && node.entries.find((e) => e.key === key)?.value) || NOTHING;
}
