// The room of texts: YAML, JSON, command lines and the arguments of scripts become a SourceDoc, offsets become paths, changes become minimal edits.
// parse.ts is its front door (text -> SourceDoc); see locate.ts, overlay.ts and edit.ts for the way back.
// Deliberately absent: any meaning of keys (dialects have that), and interpolation: `${...}` stays text.

import { readArguments } from './argparse-tree.ts';
import { readShell } from './command-tree.ts';
import { readJson } from './json-tree.ts';
import { LIMITS } from './limits.ts';
import type { SourceDoc, SourceLanguage, Tree } from './source-doc.ts';
import { readYaml } from './yaml-tree.ts';

const READERS: Readonly<Record<SourceLanguage, (text: string) => Tree>> = {
  yaml: readYaml,
  json: readJson,
  // No dialect of this version is written in TOML: such a file has no roots, and every surface stays silent.
  toml: () => ({ roots: [], comments: [], problems: [] }),
  shell: readShell,
  python: readArguments,
};

/** Reads any text. Never throws; broken or half-typed texts give what could be read, and problems. */
export function parseSource(text: string, language: SourceLanguage): SourceDoc {
  return { text, language, ...(text.length > LIMITS.characters ? tooLarge(text) : READERS[language](text)) };
}

function tooLarge(text: string): Tree {
  const message = `file of ${text.length} characters; files over ${LIMITS.characters} are not read`;
  return { roots: [], comments: [], problems: [{ code: 'too-large', message, span: { start: 0, end: 0 } }] };
}
