// A part of a config: a mapping whose `_component_` is the Python path of what is built, the rest its arguments.

import type { Entry, MapNode, SourceNode } from '../../yaml/source-doc.ts';
import { text } from '../value-parsers.ts';

/** The Python path that a mapping builds, if it names one. */
export function pathOf(node: SourceNode | undefined): string | undefined {
  if (node?.kind !== 'map') return undefined;
  const path = node.entries.find((e) => e.key === '_component_')?.value;
  return path && text.parse(path);
}

/** `a.b.C` → `C`. */
export const lastName = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

/** The parts of a config that torchtune builds from its own code. */
export const ownParts = (root: MapNode): readonly Entry[] =>
  root.entries.filter((e) => pathOf(e.value)?.startsWith('torchtune.'));
