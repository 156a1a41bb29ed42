// From inputs to answers: every text analysed in full depth, with what is wrong with it.

import { analyse } from '../service/analyse.ts';
import type { Analysis } from '../service/analysis-types.ts';
import { reportsOf } from '../service/diagnostics.ts';
import { headlineOf } from '../service/headline.ts';
import { rangeOf } from '../service/text-positions.ts';
import { isTraining, type Training } from '../service/training.ts';
import type { EstimateOptions } from './args.ts';
import { filesBeside } from './disk.ts';
import type { Problem } from './estimate-schema.ts';
import type { BadInput, Input, Inputs } from './inputs.ts';
import { cliWords } from './words.ts';

export interface Answer {
  readonly input: Input;
  readonly analysis: Analysis;
  readonly problems: readonly Problem[];
}

/** Something was named that has no answer; said on stderr alone. */
export interface Silence {
  readonly file: string;
  readonly code: string;
  readonly message: string;
}

export interface Answers {
  readonly answers: readonly Answer[];
  readonly silences: readonly Silence[];
}

export function answer({ found, bad }: Inputs, options: EstimateOptions): Answers {
  const words = cliWords(options.language);
  const answers = found.map((input) => answerOne(input, options)).filter(speaks);
  const silences = bad.map(
    ({ file, why }): Silence => ({ file, code: `headroom/${CODES[why]}`, message: words.bad[why] }),
  );
  const silentFolders = foldersWithout(found, answers).map(
    (folder): Silence => ({ file: folder, code: 'headroom/no-training-config', message: words.noTraining(folder) }),
  );
  return { answers, silences: [...silences, ...silentFolders] };
}

const CODES: Readonly<Record<BadInput['why'], string>> = {
  missing: 'missing-file',
  'not-a-file': 'unreadable-file',
  'too-large': 'unreadable-file',
  unreadable: 'unreadable-file',
  'empty-folder': 'no-training-config',
};

/** What `--run` names is a run, whether its first line says so or not. */
const RUN_SCHEMA = 'headroom/run@1';

function answerOne(input: Input, options: EstimateOptions): Answer {
  const analysis = analyse(
    input.text,
    input.path ?? 'stdin.yaml',
    {
      language: options.language,
      target: options.target,
      depth: 'allocator',
      versions: {},
      file: filesBeside(input.path),
      ...(input.dialect === null ? {} : { dialect: input.dialect }),
    },
    input.dialect === null ? options.overrides : { schema: RUN_SCHEMA, ...options.overrides },
  );
  return { input, analysis, problems: problemsOf(analysis, options) };
}

/** A file that was found in a folder and is no training run of any framework is passed over without a word. */
const speaks = ({ input, analysis }: Answer): boolean => input.folder === null || isTraining(analysis);

function foldersWithout(found: readonly Input[], answers: readonly Answer[]): readonly string[] {
  const folders = new Set(found.flatMap(({ folder }) => (folder === null ? [] : [folder])));
  for (const { input } of answers) if (input.folder !== null) folders.delete(input.folder);
  return [...folders];
}

const TOP = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

function problemsOf(analysis: Analysis, { language }: EstimateOptions): readonly Problem[] {
  if (!isTraining(analysis)) {
    return [{ code: 'headroom/not-training', severity: 'error', message: cliWords(language).notTraining, range: TOP }];
  }
  const problems = reportsOf(analysis).map(({ rule, message, span }): Problem => {
    const { start, end } = rangeOf(analysis.doc.text, span);
    return { code: rule.code, severity: rule.severity, message, range: { start, end } };
  });
  const explained = analysis.estimate !== null || problems.some(({ severity }) => severity !== 'hint');
  return explained ? problems : [...problems, unexplained(analysis)];
}

/** An answer without an estimate never goes without a word. */
function unexplained(analysis: Training): Problem {
  const { peak, remark } = headlineOf(analysis);
  const message = remark === null ? peak : `${peak} · ${remark}`;
  return { code: 'headroom/no-estimate', severity: 'error', message, range: TOP };
}
