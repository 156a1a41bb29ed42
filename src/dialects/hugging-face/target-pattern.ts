// PEFT's `target_modules` as one pattern over the paths of modules, as the names it can end in. The pattern is never run: it
// is a stranger's, and one that runs for minutes is quickly written. What this cannot spell out is said to be unreadable.

/** Beyond this a pattern is no list of layers any more. */
const MOST = 512;
/** Stands for whatever a part of the pattern may match. */
const ANY = '\0';

/** `(self_attn|mlp).(q|up)_proj` → `q_proj`, `up_proj`; null: other than names, or layers picked by number. */
export function namesOfPattern(pattern: string): readonly string[] | null {
  const state = { text: pattern, at: 0 };
  const paths = alternatives(state);
  if (!paths || state.at < pattern.length) return null;
  const names = paths.map((path) => lastName(path));
  return names.every((name): name is string => name !== null) ? [...new Set(names)] : null;
}

/** A path that picks layers by their number adapts only those. */
function lastName(path: string): string | null {
  const parts = path.split('.');
  const name = parts.at(-1) ?? '';
  return parts.some((part) => /^\d+$/.test(part)) || !/^\w+$/.test(name) ? null : name;
}

interface State {
  readonly text: string;
  at: number;
}

function alternatives(s: State): readonly string[] | null {
  const all: string[] = [];
  for (;;) {
    const branch = sequence(s);
    if (!branch || all.length + branch.length > MOST) return null;
    all.push(...branch);
    if (s.text[s.at] !== '|') return all;
    s.at += 1;
  }
}

function sequence(s: State): readonly string[] | null {
  let found: readonly string[] = [''];
  while (s.at < s.text.length && s.text[s.at] !== '|' && s.text[s.at] !== ')') {
    const atom = quantified(s, atomAt(s));
    if (!atom || found.length * atom.length > MOST) return null;
    found = found.flatMap((prefix) => atom.map((part) => prefix + part));
  }
  return found;
}

/** A letter, an escape, a class or a group. A bare dot is meant as the one between names far more often than not. */
function atomAt(s: State): readonly string[] | null {
  const c = s.text[s.at];
  s.at += 1;
  if (c === '(') return group(s);
  if (c === '[') return pickedClass(s);
  if (c === '^' || c === '$') return [''];
  if (c !== '\\') return c === undefined || '*+?{'.includes(c) ? null : [c];
  const escaped = s.text[s.at] ?? '';
  s.at += 1;
  return /[dws]/i.test(escaped) ? [ANY] : [escaped];
}

function group(s: State): readonly string[] | null {
  if (s.text.startsWith('?:', s.at)) s.at += 2;
  else if (s.text[s.at] === '?') return null; // look-around, named groups, flags
  const inside = alternatives(s);
  if (!inside || s.text[s.at] !== ')') return null;
  s.at += 1;
  return inside;
}

/** `[kqv]`: each of them; with ranges or escapes: anything. */
function pickedClass(s: State): readonly string[] | null {
  const end = s.text.indexOf(']', s.at + 1);
  if (end < 0) return null;
  const inside = s.text.slice(s.at, end);
  s.at = end + 1;
  return /^\w+$/.test(inside) ? [...inside] : [ANY];
}

function quantified(s: State, atom: readonly string[] | null): readonly string[] | null {
  const c = s.text[s.at];
  if (!atom || c === undefined || !'*+?{'.includes(c)) return atom;
  const end = c === '{' ? s.text.indexOf('}', s.at) : s.at;
  if (end < 0) return null;
  s.at = end + 1;
  if (s.text[s.at] === '?') s.at += 1; // lazy
  return c === '?' ? ['', ...atom] : [ANY];
}
