// A native file → a run. What the schema refuses is named and left out; the rest is read on.

import type * as z from 'zod/mini';
import { nearMiss } from '../../base/nearest.ts';
import type { RunInput } from '../../memory/run.ts';
import { entryAt, nodeAt } from '../../yaml/locate.ts';
import type { Path, SourceDoc, SourceNode, Span } from '../../yaml/source-doc.ts';
import type { World } from '../dialect.ts';
import { readModelReference } from '../model-reference.ts';
import type { Field, Finding, Origin, Reading } from '../reading.ts';
import { ourRoot } from './detect.ts';
import { keys } from './keys.ts';
import { runSchema } from './schema.ts';

type Issue = z.core.$ZodIssue;

export function read(doc: SourceDoc, world: World): Reading {
  const root = ourRoot(doc);
  if (!root)
    return {
      dialect: 'headroom-run',
      purpose: 'data',
      run: null,
      fields: new Map(),
      findings: [],
      assumed: [],
      wanted: [],
    };
  const { run, findings } = validated(root);
  const reference =
    run?.model.id === undefined || run.model.config ? undefined : readModelReference(run.model.id, world);
  return {
    dialect: 'headroom-run',
    purpose: 'training',
    run: run
      ? { ...run, model: { ...run.model, ...reference?.model }, versions: { ...world.versions, ...run.versions } }
      : null,
    fields: fieldsOf(root),
    findings,
    assumed: [],
    wanted: reference?.wanted ?? [],
  };
}

/** Parses, drops what was refused, and parses again; a required field that is missing stays missing, and there is no run. */
function validated(root: SourceNode): { readonly run: RunInput | null; readonly findings: readonly Finding[] } {
  const value = plain(root);
  const first = runSchema.safeParse(value);
  if (first.success) return { run: modelled(first.data), findings: [...missingModel(first.data, root)] };
  const issues = first.error.issues.flatMap((issue) => located(issue));
  for (const { path } of issues) drop(value, path);
  const second = runSchema.safeParse(value);
  return {
    run: second.success ? modelled(second.data) : null,
    findings: issues.map((issue) => findingOf(issue, root)),
  };
}

/** A model section without id, config or preset names no model. */
const modelled = (run: RunInput): RunInput | null => (Object.keys(run.model).length > 0 ? run : null);
const missingModel = (run: RunInput, root: SourceNode): readonly Finding[] =>
  modelled(run) ? [] : [{ code: 'missing-model', span: spanAt(root, ['model']), args: { key: 'model' } }];

interface Refused {
  readonly path: Path;
  readonly unknown: boolean;
  readonly expected: string;
}

/** One refusal a field: an unknown-keys issue speaks of the mapping around them. */
function located(issue: Issue): readonly Refused[] {
  const path = issue.path.filter((step): step is string | number => typeof step !== 'symbol');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, key], unknown: true, expected: '' }));
  return [{ path, unknown: false, expected: expectedBy(issue) }];
}

function expectedBy(issue: Issue): string {
  if (issue.code === 'invalid_value') return issue.values.map(String).join(', ');
  if (issue.code === 'invalid_type') return issue.expected;
  if (issue.code === 'invalid_union')
    return issue.errors.flatMap((alternative) => alternative.map(expectedBy)).join(' or ');
  if (issue.code === 'too_small') return `at least ${issue.minimum}`;
  return issue.code === 'too_big' ? `at most ${issue.maximum}` : issue.message;
}

function findingOf({ path, unknown, expected }: Refused, root: SourceNode): Finding {
  const key = path.join('.');
  if (unknown) return unknownField(path, root);
  const node = nodeAt(root, path);
  if (!node) {
    const args = { key, expected, got: '' };
    return path[0] === 'model'
      ? { code: 'missing-model', span: spanAt(root, path), args: { key } }
      : { code: 'unreadable-value', span: spanAt(root, path), args };
  }
  const got = node.kind === 'scalar' ? node.raw.slice(0, 60) : node.kind;
  return { code: 'unreadable-value', span: node.span, args: { key, expected, got } };
}

function unknownField(path: Path, root: SourceNode): Finding {
  const above = path.slice(0, -1);
  const beside = keys.flatMap(({ key }) => namedIn(key.split('.'), above));
  const suggestion = nearMiss(String(path.at(-1)), beside);
  const args = { key: path.join('.'), ...(suggestion === undefined ? {} : { suggestion }) };
  return { code: 'unknown-field', span: entryAt(root, path)?.keySpan ?? root.span, args };
}

/** The name a key has in the mapping `above`, if it stands there. */
function namedIn(key: readonly string[], above: Path): readonly string[] {
  const name = key[above.length];
  return name !== undefined && above.every((step, i) => step === key[i]) ? [name] : [];
}

/** Of the nearest key above that is written. */
function spanAt(root: SourceNode, path: Path): Span {
  for (let length = path.length; length > 0; length -= 1) {
    const entry = entryAt(root, path.slice(0, length));
    if (entry) return entry.keySpan;
  }
  const top = entryAt(root, ['schema']);
  return top ? top.keySpan : root.span;
}

function fieldsOf(root: SourceNode): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>();
  if (root.kind !== 'map') return fields;
  for (const entry of root.entries) {
    const below =
      entry.value.kind === 'map' && entry.key !== 'model' && entry.key !== 'versions' ? entry.value.entries : [];
    const own =
      below.length === 0
        ? [{ name: entry.key, entry }]
        : below.map((e) => ({ name: `${entry.key}.${e.key}`, entry: e }));
    for (const { name, entry: e } of own)
      fields.set(name, { value: plain(e.value), origin: originOf(name, e.keySpan, e.value) });
  }
  return fields;
}

function originOf(name: string, keySpan: Span, value: SourceNode): Origin {
  return value.flag === undefined
    ? { kind: 'file', key: name, keySpan, span: value.span }
    : { kind: 'flag', key: value.flag };
}

type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };

/** Empty values (`rank:`) are left out: the field has its default while it is being typed. */
function plain(node: SourceNode): Plain {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'seq') return node.items.map(plain);
  const filled = node.entries.filter(
    (e) => e.key !== '__proto__' && !(e.value.kind === 'scalar' && e.value.value === null),
  );
  return Object.fromEntries(filled.map((e) => [e.key, plain(e.value)]));
}

/** Takes a refused value out, so that the rest can be read. */
function drop(value: Plain, path: Path): void {
  const parent = path
    .slice(0, -1)
    .reduce<Plain | undefined>(
      (at, step) => (at !== null && typeof at === 'object' ? (at as Record<string, Plain>)[step] : undefined),
      value,
    );
  const key = path.at(-1);
  if (parent !== null && typeof parent === 'object' && key !== undefined) delete (parent as Record<string, Plain>)[key];
}

/** For rows of truth and `--run`: a run from a plain value, or the names of what is wrong with it. */
export function parseRun(
  value: unknown,
): { readonly ok: true; readonly value: RunInput } | { readonly ok: false; readonly error: readonly string[] } {
  const parsed = runSchema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const refused = parsed.error.issues.flatMap(located);
  return {
    ok: false,
    error: refused.map((r) =>
      r.unknown ? `unknown field: ${r.path.join('.')}` : `${r.path.join('.') || 'the run'}: expected ${r.expected}`,
    ),
  };
}
