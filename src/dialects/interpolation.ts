// OmegaConf's `${…}` (torchtune, Hydra's frameworks): a tree in which every reference has become what it names.
// `${a.b}` from the root, `${.b}` beside the key, `${..b}` one mapping up, `${oc.select:a.b,default}`, `${oc.env:NAME,default}`;
// inside text the value is put in. What cannot be resolved stays as it is written: readers say so at the key.
// Source: omegaconf/grammar_visitor.py and base.py (_resolve_node_interpolation), 2.3.
// Deliberately absent: environment variables, which are not in the file, and resolvers that a program registers itself.

import { plainScalar } from '../yaml/scalar.ts';
import type { Entry, MapNode, ScalarNode, SourceNode } from '../yaml/source-doc.ts';

/** The innermost reference of a text, and one that is the whole of it. */
const INNERMOST = /\$\{([^${}]*)\}/;
const WHOLE = /^\s*\$\{[^${}]*\}\s*$/;
const RESOLVER = /^(oc\.\w+):([^,]*)(?:,(.*))?$/s;
/** A text that keeps growing by its own references is left alone. */
const LONGEST = 10_000;
const MOST_STEPS = 1_000;

export function interpolated(root: MapNode): MapNode {
  const names = new References(root);
  return names.mapping(root, []);
}

class References {
  private readonly done = new Map<ScalarNode, SourceNode>();
  private readonly open = new Set<ScalarNode>();
  private readonly root: MapNode;

  constructor(root: MapNode) {
    this.root = root;
  }

  /** `above`: the mappings around it, innermost last. */
  mapping(node: MapNode, above: readonly MapNode[]): MapNode {
    const within = [...above, node];
    let changed = false;
    const entries = node.entries.map((entry): Entry => {
      const value = this.node(entry.value, within);
      changed ||= value !== entry.value;
      return value === entry.value ? entry : { ...entry, value };
    });
    return changed ? { ...node, entries } : node;
  }

  private node(node: SourceNode, above: readonly MapNode[]): SourceNode {
    if (node.kind === 'map') return this.mapping(node, above);
    if (node.kind === 'scalar') return this.scalar(node, above);
    const items = node.items.map((item) => this.node(item, above));
    return items.every((item, i) => item === node.items[i]) ? node : { ...node, items };
  }

  private scalar(node: ScalarNode, above: readonly MapNode[]): SourceNode {
    if (typeof node.value !== 'string' || !node.value.includes('${')) return node;
    const known = this.done.get(node);
    if (known) return known;
    if (this.open.has(node)) return node; // it names itself
    this.open.add(node);
    const resolved = this.expand(node.value, above);
    this.open.delete(node);
    const result = resolved ? placedAt(resolved, node) : node;
    this.done.set(node, result);
    return result;
  }

  /** References from the inside out; null where one of them names nothing. */
  private expand(written: string, above: readonly MapNode[]): SourceNode | null {
    let text = written;
    for (let step = 0; step < MOST_STEPS && text.length < LONGEST; step += 1) {
      const found = INNERMOST.exec(text);
      if (!found) return { ...plainScalar(''), value: text };
      const target = this.target(found[1] ?? '', above);
      if (!target) return null;
      if (WHOLE.test(text)) return target;
      if (target.kind !== 'scalar') return null;
      text = text.slice(0, found.index) + asText(target) + text.slice(found.index + found[0].length);
    }
    return null;
  }

  private target(reference: string, above: readonly MapNode[]): SourceNode | null {
    const call = RESOLVER.exec(reference);
    if (!call) return reference.includes(':') ? null : this.lookUp(reference.trim(), above);
    const [, resolver, name = '', otherwise] = call;
    const selected = resolver === 'oc.select' ? this.lookUp(name.trim(), above) : null;
    if (selected || (resolver !== 'oc.select' && resolver !== 'oc.env')) return selected;
    return otherwise === undefined ? null : plainScalar(otherwise.trim());
  }

  private lookUp(path: string, above: readonly MapNode[]): SourceNode | null {
    const dots = /^\.*/.exec(path)?.[0].length ?? 0;
    const depth = dots === 0 ? 0 : above.length - dots;
    const start = dots === 0 ? this.root : above[depth];
    if (!start) return null;
    const steps = path
      .slice(dots)
      .split(/[.[\]]+/)
      .filter((step) => step !== '');
    let around = dots === 0 ? [] : above.slice(0, depth);
    let at: SourceNode = start;
    for (const step of steps) {
      if (at.kind === 'map') around = [...around, at];
      const next = child(at, step);
      if (!next) return null;
      at = next.kind === 'scalar' ? this.scalar(next, around) : next;
    }
    return isOpen(at) ? null : this.node(at, around);
  }
}

function child(node: SourceNode, step: string): SourceNode | undefined {
  if (node.kind === 'map') return node.entries.find((e) => e.key === step)?.value;
  return node.kind === 'seq' && /^\d+$/.test(step) ? node.items[Number(step)] : undefined;
}

const isOpen = (node: SourceNode): boolean =>
  node.kind === 'scalar' && typeof node.value === 'string' && node.value.includes('${');

const asText = ({ value, raw }: ScalarNode): string => (typeof value === 'string' ? value : raw || String(value));

/** What is named, standing where its name is written: a finding points there, and an edit replaces the reference. */
const placedAt = (target: SourceNode, { span, raw, flag }: ScalarNode): SourceNode => ({
  ...target,
  span,
  ...(target.kind === 'scalar' ? { raw } : {}),
  ...(flag === undefined ? {} : { flag }),
});
