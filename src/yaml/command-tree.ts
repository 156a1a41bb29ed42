// Command lines as mappings: the flags of a program are its keys. `torchrun --nproc_per_node 2 train.py --batch_size 4`
// becomes `{ batch_size: 4 }`, with the program and the launcher's own flags beside it.
// Deliberately absent: which programs train something. Dialects know their own.

import { resolvePlain } from './scalar.ts';
import { type Assignment, type Command, readScript, type Word } from './shell-words.ts';
import type { Entry, Launch, MapNode, ScalarNode, SourceNode, Span, Tree } from './source-doc.ts';

/** Every command with a program that has words of its own behind it, in the order of the file. */
export function readShell(text: string): Tree {
  const { commands, comments } = readScript(FENCE.test(text) ? fenced(text) : text);
  return { roots: commands.flatMap((command) => rootOf(command) ?? []), comments, problems: [] };
}

const FENCE = /^[ \t]*```/m;

/** Of Markdown, only the code: everything else becomes blanks, so that places stay what they are. */
function fenced(text: string): string {
  let inside = false;
  return text.replace(/[^\n]+/g, (line) => {
    const edge = FENCE.test(line);
    if (edge) inside = !inside;
    return inside && !edge ? line : ' '.repeat(line.length);
  });
}

const basename = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** They start the program that is named after their own flags. */
const LAUNCHERS: ReadonlySet<string> = new Set([
  'python',
  'python3',
  'torchrun',
  'accelerate',
  'deepspeed',
  'colossalai',
  'torch.distributed.run',
  'torch.distributed.launch',
  'accelerate.commands.launch',
]);
/** What may stand before a program without changing what is run: a shell's words, a Dockerfile's, a prompt. */
const BEFORE: ReadonlySet<string> = new Set([
  'RUN',
  'CMD',
  'ENTRYPOINT',
  'sudo',
  'nohup',
  'time',
  'exec',
  'env',
  'uv',
  'run',
  '$',
  '@',
]);

function rootOf({ words, assignments }: Command): MapNode | null {
  let first = 0;
  while (BEFORE.has(words[first]?.text ?? '')) first += 1;
  const program = programAfter(words, first);
  const named = words[program];
  const last = words.at(-1);
  if (!named || !last || program >= words.length) return null;
  const launcher = words.slice(first, program);
  const behind = words.slice(program + 1);
  const sub = behind[0] && launcher.length === 0 && isName(behind[0].text) ? [behind[0]] : [];
  const launch: Launch = {
    program: [named, ...sub].map(({ text }, i) => (i === 0 ? basename(text) : text)).join(' '),
    span: { start: named.span.start, end: (sub[0] ?? named).span.end },
    launcher: [...assignments.map(entryOfAssignment), ...flagsOf(launcher)],
  };
  const entries = flagsOf(behind.slice(sub.length));
  return { kind: 'map', entries, span: { start: named.span.start, end: last.span.end }, launch };
}

const isName = (text: string): boolean => /^[a-z][\w-]*$/i.test(text);
/** Whether the values of a flag end here: at another flag, or, with one value already, at a `key=value`. */
const ends = (text: string, place: number): boolean =>
  /^--?[A-Za-z]/.test(text) || (place > 1 && /^[+~]*[A-Za-z][\w.]*=/.test(text));

/** A launcher's program is a module behind `-m`, or the first word that is a script. */
function programAfter(words: readonly Word[], from: number): number {
  const name = basename(words[from]?.text ?? '').replace(/^python3[.]\d+$/, 'python3');
  if (!LAUNCHERS.has(name)) return from;
  for (let i = from + 1; i < words.length; i += 1) {
    const text = words[i]?.text ?? '';
    if (/[.]py$/.test(text)) return i;
    if (text === '-m' || text === '--module') return programAfter(words, i + 1);
  }
  return words.length;
}

/** `--key value`, `--key=value`, `--switch`, `--list a b c`, and `key=value` as Hydra and OmegaConf take it. */
function flagsOf(words: readonly Word[]): readonly Entry[] {
  const entries = new Map<string, Entry>();
  let i = 0;
  while (i < words.length) {
    const word = words[i];
    if (!word) break;
    const parts = /^(--?[A-Za-z][\w.-]*|[+~]*[A-Za-z][\w.]*(?==))(?:=([\s\S]*))?$/.exec(word.text);
    let next = i + 1;
    if (parts?.[1] !== undefined) {
      while (parts[2] === undefined && next < words.length && !ends(words[next]?.text ?? '', next - i)) next += 1;
      const entry = entryOf(word, parts[1], parts[2], words.slice(i + 1, next));
      // The last one holds, as every parser of arguments has it.
      entries.delete(entry.key);
      entries.set(entry.key, entry);
    }
    i = next;
  }
  return [...entries.values()];
}

function entryOf(word: Word, flag: string, written: string | undefined, values: readonly Word[]): Entry {
  const key = flag.replace(/^--?|^[+~]+/, '').replaceAll('-', '_');
  const keySpan = { start: word.span.start, end: word.span.start + flag.length };
  if (written !== undefined) {
    const span = { start: Math.min(keySpan.end + 1, word.span.end), end: word.span.end };
    return { key, keySpan, value: scalarOf(written, span), merged: false };
  }
  const [only, ...more] = values;
  if (!only) return { key, keySpan, value: { kind: 'scalar', value: true, raw: 'true', span: keySpan }, merged: false };
  if (more.length === 0) {
    const alias = only.from ? { alias: only.span } : {};
    return { key, keySpan, value: scalarOf(only.text, only.from ?? only.span), merged: false, ...alias };
  }
  const span = { start: only.span.start, end: (values.at(-1) ?? only).span.end };
  const items: readonly SourceNode[] = values.map((v) => scalarOf(v.text, v.span));
  return { key, keySpan, value: { kind: 'seq', items, span }, merged: false };
}

const entryOfAssignment = ({ name, nameSpan, value }: Assignment): Entry => ({
  key: name,
  keySpan: nameSpan,
  value: scalarOf(value.text, value.span),
  merged: false,
});

const scalarOf = (text: string, span: Span): ScalarNode => ({
  kind: 'scalar',
  value: resolvePlain(text),
  raw: text,
  span,
});
