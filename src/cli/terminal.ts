// The world a command runs in: where it prints, what it reads, how wide and how colourful it may be.
// Commands get it as a value, so that a test is a call and not a process.

import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Language, languageOf } from '../base/language.ts';

export interface Terminal {
  readonly print: (text: string) => void;
  readonly complain: (line: string) => void;
  /** All of standard input; a second call answers the same text. */
  readonly input: () => Promise<string>;
  /** Width in columns; Infinity when the output goes to a file or a pipe, where nothing must be cut. */
  readonly columns: number;
  readonly colour: boolean;
  readonly language: Language;
  /** The profiler's worker, bundled beside the program. */
  readonly worker: string;
}

/** The terminal of this process. https://no-color.org: any non-empty NO_COLOR turns colours off. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  let text: Promise<string> | null = null;
  return {
    print: (line) => void stdout.write(`${line}\n`),
    complain: (line) => void stderr.write(`${line}\n`),
    input: () => {
      text ??= readAll(process.stdin);
      return text;
    },
    columns: stdout.isTTY ? Math.max(stdout.columns ?? 80, 40) : Number.POSITIVE_INFINITY,
    colour: stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
    language: languageOf(env.LC_ALL || env.LC_MESSAGES || env.LANG),
    worker: join(dirname(realpathSync(process.argv[1] ?? '.')), 'profiler.cjs'),
  };
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
