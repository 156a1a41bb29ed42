// One command line from its words to its exit status. Tests call this with a terminal of their own.

import { version } from '../../package.json';
import { runJsonSchema } from '../dialects/headroom-run/schema.ts';
import { type Answer, type Answers, answer } from './answers.ts';
import { type Command, type EstimateOptions, type Format, parseCommand } from './args.ts';
import { readText } from './disk.ts';
import { estimateJsonSchema } from './estimate-schema.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { collectInputs } from './inputs.ts';
import { profile } from './profile.ts';
import { printComparison } from './report-compare.ts';
import { printJson } from './report-json.ts';
import { printSarif } from './report-sarif.ts';
import { printScores, printScoresAsJson } from './report-score.ts';
import { printExplanation, printText } from './report-text.ts';
import { scoreRows } from './score.ts';
import { rowResolver } from './score-files.ts';
import type { Terminal } from './terminal.ts';
import { USAGE } from './usage.ts';

type Run<Name extends Command['name']> = (
  command: Extract<Command, { name: Name }>,
  terminal: Terminal,
) => ExitCode | Promise<ExitCode>;

export async function headroom(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const command = parseCommand(argv, terminal.language);
  if (command.ok) return run(command.value, terminal);
  terminal.complain(`headroom: ${command.error}`);
  return EXIT.usage;
}

async function run(command: Command, terminal: Terminal): Promise<ExitCode> {
  switch (command.name) {
    case 'help':
      return print(USAGE, terminal);
    case 'version':
      return print(version, terminal);
    case 'estimate':
      return estimate(command, terminal);
    case 'compare':
      return compare(command, terminal);
    case 'explain':
      return explain(command, terminal);
    case 'profile':
      return profile(command, terminal, version);
    case 'schema':
      return print(JSON.stringify(command.of === 'run' ? runJsonSchema() : estimateJsonSchema(), null, 2), terminal);
    case 'score':
      return score(command, terminal);
  }
}

function print(text: string, terminal: Terminal): ExitCode {
  terminal.print(text);
  return EXIT.fine;
}

const estimate: Run<'estimate'> = async ({ paths, runs, format, options }, terminal) => {
  const answers = answer(await collectInputs(paths, runs, terminal), options);
  complain(answers, terminal);
  const text = printAs(format, answers, options, terminal);
  if (text !== '') terminal.print(text);
  return statusOf(answers);
};

function printAs(
  format: Format,
  { answers, silences }: Answers,
  { language }: EstimateOptions,
  terminal: Terminal,
): string {
  switch (format) {
    case 'json':
      return printJson(answers);
    case 'sarif':
      return printSarif(answers, silences, language);
    case 'text':
      return printText(answers, terminal, language);
  }
}

const compare: Run<'compare'> = async ({ before, after, options }, terminal) => {
  const answers = answer(await collectInputs([before, after], [], terminal), options);
  complain(answers, terminal);
  const [a, b] = answers.answers;
  const text = a && b ? printComparison(a, b, terminal) : null;
  if (text === null) return EXIT.notEstimated;
  terminal.print(text);
  return statusOf(answers);
};

const explain: Run<'explain'> = async ({ path, term, options }, terminal) => {
  const answers = answer(await collectInputs([path], [], terminal), options);
  complain(answers, terminal);
  const [first] = answers.answers;
  if (!first) return EXIT.notEstimated;
  const { text, found } = printExplanation(first, term, terminal);
  if (found) return print(text, terminal);
  terminal.complain(`headroom: ${text}`);
  return first.analysis.estimate ? EXIT.usage : EXIT.notEstimated;
};

/** A scoreboard of tens of thousands of rows is still one. */
const ROWS_LIMIT = 256 * 1024 * 1024;

const score: Run<'score'> = ({ paths, format }, terminal) => {
  const files = paths.map((path) => ({ path, text: readText(path, ROWS_LIMIT) }));
  for (const { path, text } of files)
    if (!text.ok) terminal.complain(`${path}:1:1: error headroom/unreadable-file: ${text.error}`);
  const scores = files.flatMap(({ path, text }) =>
    text.ok ? scoreRows(text.value.split('\n'), rowResolver(path)) : [],
  );
  const printed = format === 'json' ? printScoresAsJson(scores) : printScores(scores, terminal.columns);
  if (printed !== '') terminal.print(printed);
  return files.some(({ text }) => !text.ok) ? EXIT.notEstimated : EXIT.fine;
};

/** One line a problem, as compilers print them: `file:line:col: severity code: message`. Hints stay in the reports. */
function complain({ answers, silences }: Answers, terminal: Terminal): void {
  for (const { file, code, message } of silences) terminal.complain(`${file}:1:1: error ${code}: ${message}`);
  for (const { input, problems } of answers) {
    for (const { code, severity, message, range } of problems) {
      if (severity === 'hint') continue;
      const { line, character } = range.start;
      terminal.complain(`${input.file}:${line + 1}:${character + 1}: ${severity} ${code}: ${oneLine(message)}`);
    }
  }
}

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ');

function statusOf({ answers, silences }: Answers): ExitCode {
  if (silences.length > 0 || answers.some(unanswered)) return EXIT.notEstimated;
  return answers.some(({ analysis }) => analysis.verdict === 'over') ? EXIT.over : EXIT.fine;
}

/** An estimate beside an error is of another run than the file means. */
const unanswered = ({ analysis, problems }: Answer): boolean =>
  analysis.estimate === null || problems.some(({ severity }) => severity === 'error');
