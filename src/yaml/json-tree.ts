// JSON and JSONC text -> plain nodes: comments, trailing commas and missing ends are read without complaint where they are
// harmless. Our own small reader, because a YAML parser stumbles over `//` comments and tabs.

import { LIMITS } from './limits.ts';
import type { Entry, MapNode, ScalarNode, SeqNode, SourceNode, SourceProblem, Span, Tree } from './source-doc.ts';

export function readJson(text: string): Tree {
  const reader = new JsonReader(text);
  const root = reader.root();
  return { roots: root ? [root] : [], comments: reader.comments, problems: reader.problems };
}

const LITERALS: ReadonlyMap<string, boolean | number | null> = new Map<string, boolean | number | null>([
  ['true', true],
  ['false', false],
  ['null', null],
  // Python's json writes these.
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);
const NUMBER = /^-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/;
const SPACE = /[\s\ufeff]/;
const WORD_END = /[\s,:[\]{}"/]/;

class JsonReader {
  readonly comments: { text: string; span: Span }[] = [];
  readonly problems: SourceProblem[] = [];
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  root(): SourceNode | null {
    this.space();
    if (this.at >= this.text.length) return null;
    const node = this.value(0);
    this.space();
    if (this.at < this.text.length) this.problem('syntax', 'text after the end of the value', this.at, this.at + 1);
    return node;
  }

  private value(depth: number): SourceNode {
    const start = this.at;
    if (depth > LIMITS.depth) {
      this.problem('too-deep', `nested more than ${LIMITS.depth} levels`, start, start + 1);
      this.at = this.text.length;
      return { kind: 'scalar', value: null, raw: '', span: { start, end: start } };
    }
    const first = this.text[start];
    if (first === '{') return this.map(depth);
    if (first === '[') return this.seq(depth);
    return first === '"' ? this.string() : this.word();
  }

  private map(depth: number): MapNode {
    const start = this.at++;
    const entries = new Map<string, Entry>();
    while (this.more('}')) {
      const before = this.at;
      const entry = this.entry(depth);
      if (entries.has(entry.key)) this.problem('duplicate-key', entry.key, entry.keySpan.start, entry.keySpan.end);
      entries.delete(entry.key);
      entries.set(entry.key, entry);
      this.advancedFrom(before);
    }
    return { kind: 'map', entries: [...entries.values()], span: { start, end: this.at } };
  }

  private entry(depth: number): Entry {
    const name = this.text[this.at] === '"' ? this.string() : this.word();
    const found = { key: String(name.value), keySpan: name.span, merged: false };
    this.space();
    if (this.text[this.at] === ':') {
      this.at += 1;
      this.space();
      return { ...found, value: this.value(depth + 1) };
    }
    this.problem('syntax', 'a colon and a value are missing', name.span.start, name.span.end);
    return { ...found, value: { kind: 'scalar', value: null, raw: '', span: { start: this.at, end: this.at } } };
  }

  private seq(depth: number): SeqNode {
    const start = this.at++;
    const items: SourceNode[] = [];
    while (this.more(']')) {
      const before = this.at;
      items.push(this.value(depth + 1));
      this.advancedFrom(before);
    }
    return { kind: 'seq', items, span: { start, end: this.at } };
  }

  /** Moves to the next item of a collection; false at its end, which is consumed. */
  private more(close: '}' | ']'): boolean {
    this.space();
    while (this.text[this.at] === ',') {
      this.at += 1;
      this.space();
    }
    if (this.at >= this.text.length) {
      this.problem('syntax', `"${close}" is missing`, this.at, this.at);
      return false;
    }
    if (this.text[this.at] !== '}' && this.text[this.at] !== ']') return true;
    if (this.text[this.at] !== close) this.problem('syntax', `"${close}" expected`, this.at, this.at + 1);
    this.at += 1;
    return false;
  }

  /** A character that starts nothing is skipped, so that every round moves on. */
  private advancedFrom(before: number): void {
    if (this.at > before) return;
    this.problem('syntax', 'unexpected character', before, before + 1);
    this.at += 1;
  }

  private string(): ScalarNode {
    const start = this.at++;
    while (this.at < this.text.length && this.text[this.at] !== '"' && this.text[this.at] !== '\n') {
      this.at += this.text[this.at] === '\\' ? 2 : 1;
    }
    const closed = this.text[this.at] === '"';
    this.at = Math.min(this.at + (closed ? 1 : 0), this.text.length);
    const raw = this.text.slice(start, this.at);
    if (!closed) this.problem('syntax', 'a closing quote is missing', start, this.at);
    return { kind: 'scalar', value: unescaped(raw, closed), raw, span: { start, end: this.at } };
  }

  private word(): ScalarNode {
    const start = this.at;
    while (this.at < this.text.length && !WORD_END.test(this.text[this.at] ?? '')) this.at += 1;
    const raw = this.text.slice(start, this.at);
    const literal = LITERALS.get(raw);
    const value = literal !== undefined ? literal : NUMBER.test(raw) ? Number(raw) : raw;
    if (typeof value === 'string') this.problem('syntax', 'a value is expected', start, this.at);
    return { kind: 'scalar', value, raw, span: { start, end: this.at } };
  }

  private space(): void {
    for (;;) {
      while (this.at < this.text.length && SPACE.test(this.text[this.at] ?? '')) this.at += 1;
      if (this.text[this.at] !== '/') return;
      const end = commentEnd(this.text, this.at);
      if (end === null) return;
      this.comments.push({ text: this.text.slice(this.at, end), span: { start: this.at, end } });
      this.at = end;
    }
  }

  private problem(code: SourceProblem['code'], message: string, start: number, end: number): void {
    if (this.problems.length < LIMITS.problems) this.problems.push({ code, message, span: { start, end } });
  }
}

function commentEnd(text: string, start: number): number | null {
  const close = text.startsWith('//', start) ? '\n' : text.startsWith('/*', start) ? '*/' : null;
  if (close === null) return null;
  const found = text.indexOf(close, start + 2);
  if (found === -1) return text.length;
  return close === '\n' ? found : found + 2;
}

function unescaped(raw: string, closed: boolean): string {
  if (!raw.includes('\\')) return raw.slice(1, closed ? -1 : undefined);
  try {
    return String(JSON.parse(closed ? raw : `${raw}"`));
  } catch {
    return raw.slice(1, closed ? -1 : undefined);
  }
}
