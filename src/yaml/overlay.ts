// Values laid over a document without touching its text: `--set cutoff_len=4096`, and the half and double of a hover.
// A replaced or added node carries `flag`, so that readers know it was not read from the file.

import { parseSource } from './parse.ts';
import type { Entry, MapNode, SourceDoc, SourceNode, Span } from './source-doc.ts';

/** The document as if `overrides` stood in it. Keys are dotted paths; values are read as YAML. The text is unchanged. */
export function withValues(doc: SourceDoc, overrides: Readonly<Record<string, string>>): SourceDoc {
  const changes = Object.entries(overrides);
  if (changes.length === 0) return doc;
  // Every mapping of a stream: which of them is the config is the dialects' business.
  const maps = doc.roots.some((root) => root.kind === 'map');
  const roots = maps ? doc.roots : [EMPTY, ...doc.roots];
  const overlaid = roots.map((root) => (root.kind === 'map' ? changes.reduce(applied, root) : root));
  return { ...doc, roots: overlaid };
}

const applied = (root: SourceNode, [key, value]: readonly [string, string]): SourceNode =>
  replaced(root, key, key.split('.'), value);

const NOWHERE: Span = { start: 0, end: 0 };
const EMPTY: MapNode = { kind: 'map', entries: [], span: NOWHERE };

function replaced(node: SourceNode, flag: string, steps: readonly string[], value: string): SourceNode {
  const [step, ...below] = steps;
  if (step === undefined) return marked(valueNode(value), flag, node.span);
  if (node.kind === 'seq' && /^\d+$/.test(step)) {
    const items = node.items.map((item, i) => (i === Number(step) ? replaced(item, flag, below, value) : item));
    return { ...node, items };
  }
  const map: MapNode = node.kind === 'map' ? node : { kind: 'map', entries: [], span: node.span, flag };
  // A key may itself contain dots (`zero_optimization.stage` written flat): the whole rest of the path is tried first.
  const whole = map.entries.find((e) => e.key === steps.join('.'));
  return whole ? withEntry(map, whole.key, flag, [], value) : withEntry(map, step, flag, below, value);
}

function withEntry(map: MapNode, key: string, flag: string, below: readonly string[], value: string): MapNode {
  const change = (old: SourceNode): SourceNode => replaced(old, flag, below, value);
  if (map.entries.some((e) => e.key === key)) {
    return { ...map, entries: map.entries.map((e) => (e.key === key ? { ...e, value: change(e.value) } : e)) };
  }
  const place = { start: map.span.start, end: map.span.start };
  const fresh: Entry = {
    key,
    keySpan: place,
    merged: false,
    value: change({ kind: 'scalar', value: null, raw: '', span: place }),
  };
  return { ...map, entries: [...map.entries, fresh] };
}

/** A value that is no YAML of its own (`a: b: c`) is taken as the text it is. */
function valueNode(text: string): SourceNode {
  const { roots, problems } = parseSource(text, 'yaml');
  const root = roots[0];
  if (problems.length > 0 || roots.length > 1 || !root)
    return { kind: 'scalar', value: text === '' ? null : text, raw: text, span: NOWHERE };
  return root;
}

function marked(node: SourceNode, flag: string, span: Span): SourceNode {
  if (node.kind === 'seq') return { ...node, items: node.items.map((i) => marked(i, flag, span)), span, flag };
  if (node.kind === 'map') {
    return {
      ...node,
      entries: node.entries.map((e) => ({ ...e, keySpan: span, value: marked(e.value, flag, span) })),
      span,
      flag,
    };
  }
  return { ...node, span, flag };
}
