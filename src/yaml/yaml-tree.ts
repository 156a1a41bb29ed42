// YAML text -> plain nodes. The only importer of `yaml`: its lexer, parser and composer are driven lexeme by lexeme, so that
// a hostile text is refused before the parser's quadratic corners, and comments are kept on the way.
// Scalars are composed as text (schema `failsafe`) and given their Python meaning by scalar.ts.

import { Composer, type Document, isAlias, isMap, isScalar, isSeq, Lexer, Parser } from 'yaml';
import { LIMITS } from './limits.ts';
import { resolvePlain } from './scalar.ts';
import type {
  Entry,
  MapNode,
  Scalar,
  ScalarNode,
  SourceDoc,
  SourceNode,
  SourceProblem,
  Span,
  Tree,
} from './source-doc.ts';

type ParsedNode = NonNullable<Document.Parsed['contents']>;
type Comments = SourceDoc['comments'][number][];

export function readYaml(text: string): Tree {
  const problems = new Problems();
  const comments: Comments = [];
  const roots: SourceNode[] = [];
  try {
    for (const document of documentsOf(text, comments, problems)) {
      for (const error of document.errors) problems.add('syntax', firstLine(error.message), error.pos[0], error.pos[1]);
      if (document.contents) roots.push(new TreeBuilder(text, problems).build(document.contents as ParsedNode));
    }
  } catch (error) {
    // Nesting beyond the stack is the one way the library fails on a text; anything else is a bug and must be seen.
    if (!(error instanceof RangeError)) throw error;
    problems.add('too-deep', 'nested too deeply', 0, 0);
  }
  return { roots, comments, problems: problems.list };
}

/** The library's messages continue with a picture of the line; the first line says it all. */
const firstLine = (message: string): string =>
  message.split('\n', 1)[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? message;

class Problems {
  readonly list: SourceProblem[] = [];
  add(code: SourceProblem['code'], message: string, start: number, end: number): void {
    if (this.list.length < LIMITS.problems) this.list.push({ code, message, span: { start, end } });
  }
}

/** As text: no scalar has a type, and no tag is known (`!!set`, `!!binary`), with or without a `%YAML` line. */
const COMPOSED = {
  schema: 'failsafe',
  resolveKnownTags: false,
  uniqueKeys: false,
  strict: false,
  logLevel: 'silent',
} as const;

function* documentsOf(text: string, comments: Comments, problems: Problems): Generator<Document.Parsed> {
  const composer = new Composer(COMPOSED);
  for (const token of tokensOf(text, comments, problems)) yield* composer.next(token) as Generator<Document.Parsed>;
  yield* composer.end() as Generator<Document.Parsed>;
}

function* tokensOf(text: string, comments: Comments, problems: Problems): ReturnType<Parser['parse']> {
  const parser = new Parser();
  const budget = new LexemeBudget();
  let offset = 0;
  let scalarNext = false;
  for (const lexeme of new Lexer().lex(text)) {
    if (!scalarNext && lexeme.startsWith('#')) {
      comments.push({ text: lexeme, span: { start: offset, end: offset + lexeme.length } });
    }
    if (!budget.spend(lexeme, scalarNext)) {
      problems.add('too-large', 'too many values in one place', offset, offset + lexeme.length);
      break;
    }
    yield* parser.next(lexeme);
    scalarNext = lexeme === SCALAR_FOLLOWS;
    if (!MARKERS.has(lexeme)) offset += lexeme.length;
  }
  yield* parser.end();
}

// Lexemes without text of their own (yaml/src/parse/cst.ts).
const SCALAR_FOLLOWS = '\x1f';
const MARKERS = new Set(['\x02', '\x18', SCALAR_FOLLOWS]);

/** Refuses texts that would take the parser more than some tens of milliseconds. */
class LexemeBudget {
  private properties = 0;
  private run = 0;
  private depth = 0;

  spend(lexeme: string, isPlainScalar: boolean): boolean {
    if (isPlainScalar) return true;
    const first = lexeme[0];
    if (first === ':' || first === '-' || first === ',') this.run = 0;
    else if (first !== ' ' && first !== '\n' && first !== '\r' && first !== '#') this.run += 1;
    if (first === '&' || first === '*' || first === '!') this.properties += 1;
    if (first === '[' || first === '{') this.depth += 1;
    if (first === ']' || first === '}') this.depth -= 1;
    return this.run <= LIMITS.run && this.properties <= LIMITS.properties && this.depth <= LIMITS.depth;
  }
}

interface Built {
  readonly node: SourceNode;
  /** Nodes below and including this one, aliases written out. */
  readonly size: number;
}

/** Turns one document into plain nodes. Aliases share the anchor's nodes, so a bomb of aliases costs no memory. */
class TreeBuilder {
  private readonly anchors = new Map<string, Built | 'open'>();
  private readonly text: string;
  private readonly problems: Problems;
  private size = 0;

  constructor(text: string, problems: Problems) {
    this.text = text;
    this.problems = problems;
  }

  build(contents: ParsedNode): SourceNode {
    return this.node(contents, 0).node;
  }

  private node(from: unknown, depth: number): Built {
    if (isAlias(from)) return this.alias(from.source, spanOf(from));
    const anchor = isScalar(from) || isMap(from) || isSeq(from) ? from.anchor : undefined;
    if (anchor !== undefined) this.anchors.set(anchor, 'open');
    const before = this.size;
    const node = this.content(from, depth);
    const built = { node, size: this.size - before };
    if (anchor !== undefined) this.anchors.set(anchor, built);
    return built;
  }

  private content(from: unknown, depth: number): SourceNode {
    this.size += 1;
    const span = spanOf(from);
    if (depth > LIMITS.depth) return this.dropped('too-deep', `nested more than ${LIMITS.depth} levels`, span);
    if (isMap(from)) return this.map(from.items, span, depth);
    if (isSeq(from)) return { kind: 'seq', items: from.items.map((item) => this.item(item, depth + 1)), span };
    return isScalar(from) ? scalarNode(from, span, this.text) : nothing(span);
  }

  private item(from: unknown, depth: number): SourceNode {
    return this.node(from, depth).node;
  }

  private alias(name: string, span: Span): Built {
    const target = this.anchors.get(name);
    if (target === 'open') return { node: this.dropped('alias-cycle', `*${name} contains itself`, span), size: 1 };
    if (!target) return { node: this.dropped('syntax', `no anchor &${name} before *${name}`, span), size: 1 };
    if (this.size + target.size > LIMITS.nodes) {
      return { node: this.dropped('too-large', `*${name} makes the document too large`, span), size: 1 };
    }
    this.size += target.size;
    return target;
  }

  private dropped(code: SourceProblem['code'], message: string, span: Span): ScalarNode {
    this.problems.add(code, message, span.start, span.end);
    this.size += 1;
    return nothing(span);
  }

  private map(items: readonly { key: unknown; value: unknown }[], span: Span, depth: number): MapNode {
    const collected = new EntryCollector(this.problems);
    for (const { key, value } of items) {
      const name = this.name(key);
      const { node } = this.node(value, depth + 1);
      if (name.key === '<<') collected.merge(node, name.span);
      else collected.add({ key: name.key, keySpan: name.span, value: node, merged: false, ...aliasOf(value) });
    }
    return { kind: 'map', entries: collected.entries(), span };
  }

  /** The key's text. A key that runs over lines is a line being typed above a finished one: only the last line is the key. */
  private name(key: unknown): { readonly key: string; readonly span: Span } {
    const span = spanOf(key);
    const raw = this.text.slice(span.start, span.end);
    if (!isScalar(key)) return { key: raw.slice(0, 200), span };
    const cut = key.type === 'PLAIN' ? raw.lastIndexOf('\n') + 1 : 0;
    if (cut === 0) return { key: String(key.value ?? ''), span };
    const last = raw.slice(cut);
    const indent = last.length - last.trimStart().length;
    return { key: last.trim(), span: { start: span.start + cut + indent, end: span.end } };
  }
}

/** Gathers a map's entries: the last of duplicate keys wins; merged entries give way to the map's own. */
class EntryCollector {
  private readonly own = new Map<string, Entry>();
  private readonly inherited = new Map<string, Entry>();
  private readonly problems: Problems;

  constructor(problems: Problems) {
    this.problems = problems;
  }

  add(entry: Entry): void {
    const { start, end } = entry.keySpan;
    if (this.own.has(entry.key)) this.problems.add('duplicate-key', entry.key, start, end);
    this.own.delete(entry.key);
    this.own.set(entry.key, entry);
  }

  merge(source: SourceNode, at: Span): void {
    const maps = source.kind === 'seq' ? source.items : [source];
    for (const map of maps) {
      if (map.kind === 'map') this.inherit(map.entries);
      else if (map.kind !== 'scalar' || map.value !== null) {
        this.problems.add('syntax', 'a merge key takes a mapping', at.start, at.end);
      }
    }
  }

  private inherit(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (!this.inherited.has(entry.key)) this.inherited.set(entry.key, { ...entry, merged: true });
    }
  }

  entries(): readonly Entry[] {
    if (this.inherited.size === 0) return [...this.own.values()];
    return [...[...this.inherited.values()].filter((e) => !this.own.has(e.key)), ...this.own.values()];
  }
}

function scalarNode(from: { type?: string; tag?: string; value: unknown }, span: Span, text: string): ScalarNode {
  const raw = text.slice(span.start, span.end);
  const content = typeof from.value === 'string' ? from.value : String(from.value ?? '');
  const implicit = from.type === 'PLAIN' || from.type === undefined;
  return { kind: 'scalar', value: typed(content, from.tag, implicit), raw, span };
}

/** `!!int "3"` is a number, `!!str 3` is text; other tags (`!include`) say nothing about the value. */
function typed(content: string, tag: string | undefined, implicit: boolean): Scalar {
  const core = tag?.startsWith('tag:yaml.org,2002:') ? tag.slice('tag:yaml.org,2002:'.length) : undefined;
  if (core === 'str' && !implicit) return content;
  if (core === 'int' || core === 'float' || core === 'bool' || core === 'null') return resolvePlain(content);
  return implicit && core !== 'str' ? resolvePlain(content) : content;
}

const nothing = (span: Span): ScalarNode => ({ kind: 'scalar', value: null, raw: '', span });

const aliasOf = (value: unknown): { alias?: Span } => (isAlias(value) ? { alias: spanOf(value) } : {});

function spanOf(node: unknown): Span {
  const range = (node as { range?: readonly [number, number, number] | null } | null)?.range;
  return range ? { start: range[0], end: range[1] } : { start: 0, end: 0 };
}
