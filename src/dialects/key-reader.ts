// Turns keys of a mapping into values with an origin, one line a key, and notes what could not be read.
// A key that is absent, empty (`key:`) or unreadable has the framework's default, as its KeySpec states it: defaults
// stand in one place, the table of keys, and are read by the same parser as the file.

import { plainScalar } from '../yaml/scalar.ts';
import type { Entry, MapNode, SourceNode } from '../yaml/source-doc.ts';
import type { KeySpec } from './dialect.ts';
import type { Field, Finding, FindingCode, Origin, RunField } from './reading.ts';
import type { ValueParser } from './value-parsers.ts';
import type { IdleWhy, InferredWhy } from './why.ts';

export interface Read<T> {
  readonly value: T;
  readonly origin: Origin;
}

export class KeyReader {
  readonly findings: Finding[];
  private readonly entries: ReadonlyMap<string, Entry>;
  private readonly specs: ReadonlyMap<string, KeySpec>;
  private readonly prefix: string;

  /** `prefix`: where a nested mapping stands (`peft_config.`), as in the table of keys; `findings`: those of the file. */
  constructor(root: MapNode, specs: ReadonlyMap<string, KeySpec>, prefix = '', findings: Finding[] = []) {
    this.findings = findings;
    this.entries = new Map(root.entries.map((entry) => [entry.key, entry]));
    this.specs = specs;
    this.prefix = prefix;
  }

  /** The reader of a mapping below this one; what it finds is told with the rest. */
  below(key: string): KeyReader | undefined {
    const node = this.entries.get(key)?.value;
    return node?.kind === 'map' ? new KeyReader(node, this.specs, `${this.prefix}${key}.`, this.findings) : undefined;
  }

  /** Written in the file with a value. */
  has(key: string): boolean {
    return this.written(key) !== undefined;
  }

  entry(key: string): Entry | undefined {
    return this.entries.get(key);
  }

  keys(): Iterable<string> {
    return this.entries.keys();
  }

  /** The value of a key that has a default. */
  get<T>(key: string, parser: ValueParser<T>): Read<T> {
    const found = this.find(key, parser);
    if (found) return found;
    const spec = this.specs.get(this.prefix + key);
    const value = spec?.default === undefined ? undefined : parser.parse(plainScalar(spec.default));
    if (spec === undefined || value === undefined)
      throw new Error(`no readable default in the table of keys: ${this.prefix}${key}`);
    return { value, origin: { kind: 'default', source: spec.source ?? '' } };
  }

  /** The value of a key that may be absent. */
  find<T>(key: string, parser: ValueParser<T>): Read<T> | undefined {
    const entry = this.written(key);
    if (!entry) return undefined;
    const value = parser.parse(entry.value);
    if (value !== undefined) return { value, origin: originOf(entry, this.prefix) };
    this.note('unreadable-value', key, { expected: parser.expected, got: shown(entry.value) });
    return undefined;
  }

  /** A finding about a key that is in the file, told once; nothing where it is not. */
  note(code: FindingCode, key: string, args: Finding['args'] = {}): void {
    const entry = this.entries.get(key);
    if (!entry || this.findings.some((f) => f.code === code && f.args.key === this.prefix + key)) return;
    const span =
      code === 'unreadable-value' || code === 'missing-file' ? (entry.alias ?? entry.value.span) : entry.keySpan;
    this.findings.push({ code, span, args: { key: this.prefix + key, ...args } });
  }

  /** A key of the file that does nothing where it stands, and the key that would. */
  idle(key: string, why: IdleWhy, instead?: string): void {
    this.note('key-without-effect', key, instead === undefined ? { why } : { why, instead });
  }

  private written(key: string): Entry | undefined {
    const entry = this.entries.get(key);
    const empty = entry?.value.kind === 'scalar' && entry.value.value === null;
    return empty ? undefined : entry;
  }
}

function originOf(entry: Entry, prefix: string): Origin {
  const { flag } = entry.value;
  if (flag !== undefined) return { kind: 'flag', key: flag };
  return { kind: 'file', key: prefix + entry.key, keySpan: entry.keySpan, span: entry.alias ?? entry.value.span };
}

function shown(node: SourceNode): string {
  if (node.kind === 'map') return 'a mapping';
  return node.kind === 'seq' ? 'a list' : node.raw.slice(0, 60) || String(node.value);
}

/** Collects the fields of a run as they are read: `fields.set('batch.micro', keys.get(...))` is the value, and is remembered. */
export class FieldLog {
  readonly fields = new Map<RunField, Field>();

  set<T>(field: RunField, read: Read<T>): T {
    this.fields.set(field, read);
    return read.value;
  }

  /** As {@link set}, for a key that may be absent: nothing is remembered then. */
  setIf<T>(field: RunField, read: Read<T> | undefined): T | undefined {
    return read ? this.set(field, read) : undefined;
  }

  /** A value concluded from something else. `from`: the key it follows from, if it is in the file. */
  infer<T>(field: RunField, value: T, why: InferredWhy, from?: Origin): T {
    const span = from?.kind === 'file' ? { span: from.span } : {};
    this.fields.set(field, { value, origin: { kind: 'inferred', why, ...span } });
    return value;
  }
}
