// The words of a shell script, command by command, each with its place: as much of the shell as command lines of training
// runs use. Quotes, line continuations, comments, separators, assignments and the variables that stand for them.
// Deliberately absent: running anything. What only a run could tell (`$(…)`, arithmetic, loops) stays the text it is.

import type { Span } from './source-doc.ts';

export interface Word {
  /** Without quotes; variables that are assigned above are put in. */
  readonly text: string;
  readonly span: Span;
  /** Where the value stands, when the whole word is a variable: the right side of its assignment. */
  readonly from?: Span;
}

export interface Command {
  /** Its environment: `CUDA_VISIBLE_DEVICES=0,1` before the program, and what is exported above. */
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
}

export interface Assignment {
  readonly name: string;
  readonly nameSpan: Span;
  readonly value: Word;
}

export interface Script {
  readonly commands: readonly Command[];
  readonly comments: readonly { readonly text: string; readonly span: Span }[];
}

/** Never throws; a quote that is not closed ends with its line. */
export function readScript(text: string): Script {
  const reader = new ScriptReader(text);
  reader.read();
  return { commands: reader.commands, comments: reader.comments };
}

const ASSIGNMENT = /^([A-Za-z_]\w*)=/;
const BLANK = new Set([' ', '\t', '\r']);
const SEPARATORS = new Set(['\n', ';', '|', '&', '(', ')']);

class ScriptReader {
  readonly commands: Command[] = [];
  readonly comments: { text: string; span: Span }[] = [];
  private readonly variables = new Map<string, Word>();
  private readonly exported: Assignment[] = [];
  private words: Word[] = [];
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  read(): void {
    while (this.at < this.text.length) this.step();
    this.endCommand();
  }

  private step(): void {
    const char = this.text[this.at] ?? '';
    if (BLANK.has(char)) this.at += 1;
    else if (this.continues(this.at) > 0) this.at += this.continues(this.at);
    else if (SEPARATORS.has(char)) {
      this.at += 1;
      this.endCommand();
    } else if (char === '#') this.comment();
    else if (!this.redirection()) this.words.push(this.word());
  }

  /** The length of a backslash and the line end it hides; 0 where there is none. */
  private continues(at: number): number {
    return /^\\[ \t]*\r?\n/.exec(this.text.slice(at, at + 80))?.[0].length ?? 0;
  }

  private comment(): void {
    const start = this.at;
    const end = this.text.indexOf('\n', start);
    this.at = end === -1 ? this.text.length : end;
    this.comments.push({ text: this.text.slice(start + 1, this.at), span: { start, end: this.at } });
  }

  /** `> log`, `2>&1`: where output goes is no word of the command. */
  private redirection(): boolean {
    const found = /^\d?(?:>>?|<)(&[\d-])?[ \t]*/.exec(this.text.slice(this.at, this.at + 80));
    if (!found) return false;
    this.at += found[0].length;
    if (found[1] === undefined) this.word();
    return true;
  }

  private word(): Word {
    const start = this.at;
    let text = '';
    let parts = 0;
    let from: Span | undefined;
    while (this.at < this.text.length) {
      const char = this.text[this.at] ?? '';
      if (BLANK.has(char) || SEPARATORS.has(char) || this.continues(this.at) > 0) break;
      const part = this.part(char);
      text += part.text;
      from = part.from;
      parts += 1;
    }
    const whole = parts === 1 && from ? { from } : {};
    return { text, span: { start, end: this.at }, ...whole };
  }

  private part(char: string): { readonly text: string; readonly from?: Span } {
    if (char === "'") return { text: this.until("'") };
    if (char === '"') return this.doubleQuoted();
    if (char === '$') return this.variable();
    if (char === '\\') {
      const escaped = this.text.slice(this.at + 1, this.at + 2);
      this.at += 1 + escaped.length;
      return { text: escaped };
    }
    const plain = /^[^\s;|&()'"$\\]+/.exec(this.text.slice(this.at, this.at + 4096))?.[0] ?? char;
    this.at += plain.length;
    return { text: plain };
  }

  private until(quote: string): string {
    const start = this.at + 1;
    const line = this.text.indexOf('\n', start);
    const close = this.text.indexOf(quote, start);
    const stop = line === -1 ? this.text.length : line;
    const closed = close !== -1 && (close < stop || quote === "'");
    const end = closed ? close : stop;
    this.at = closed ? end + 1 : end;
    return this.text.slice(start, end);
  }

  private doubleQuoted(): { readonly text: string; readonly from?: Span } {
    const inner = this.until('"');
    const name = /^\$\{?(\w+)\}?$/.exec(inner)?.[1];
    const value = name === undefined ? undefined : this.variables.get(name);
    if (value) return { text: value.text, from: value.span };
    return { text: inner.replace(/\$\{?(\w+)\}?/g, (all, n: string) => this.variables.get(n)?.text ?? all) };
  }

  /** `$NAME`, `${NAME}`, `${NAME:-default}`; `$(…)` and `${NAME…}` of other kinds are taken as they are written. */
  private variable(): { readonly text: string; readonly from?: Span } {
    const rest = this.text.slice(this.at, this.at + 1024);
    const substitution = /^\$\([^)\n]*\)?/.exec(rest);
    if (substitution) return this.taken(substitution[0]);
    const named = /^\$(?:(\w+)|\{(\w+)(?::?-([^}\n]*))?\})/.exec(rest);
    if (!named) return this.taken(/^\$(?:\{[^}\n]*\}?)?/.exec(rest)?.[0] ?? '$');
    const value = this.variables.get(named[1] ?? named[2] ?? '');
    const start = this.at;
    this.at += named[0].length;
    if (value) return { text: value.text, from: value.span };
    if (named[3] === undefined) return { text: named[0] };
    const end = this.at - 1;
    return { text: named[3], from: { start: Math.max(start, end - named[3].length), end } };
  }

  private taken(text: string): { readonly text: string } {
    this.at += text.length;
    return { text };
  }

  private endCommand(): void {
    const words = this.words;
    this.words = [];
    const exports = words[0]?.text === 'export';
    const program = words.findIndex((word, i) => !(exports && i === 0) && !assignmentOf(word));
    const before = program === -1 ? words : words.slice(0, program);
    const assignments = before.flatMap((word) => assignmentOf(word) ?? []);
    if (program !== -1) {
      this.commands.push({ assignments: [...this.exported, ...assignments], words: words.slice(program) });
      return;
    }
    for (const { name, value } of assignments) this.variables.set(name, value);
    if (exports) this.exported.push(...assignments);
  }
}

function assignmentOf(word: Word): Assignment | null {
  const name = ASSIGNMENT.exec(word.text)?.[1];
  if (name === undefined) return null;
  const { start, end } = word.span;
  const valueStart = start + name.length + 1;
  return {
    name,
    nameSpan: { start, end: start + name.length },
    value: { text: word.text.slice(name.length + 1), span: word.from ?? { start: Math.min(valueStart, end), end } },
  };
}
