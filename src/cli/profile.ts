// `headroom profile`: a config's small twin, run on this machine, beside the replay of the very same shapes.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Language } from '../base/language.ts';
import { fileNameOf, type Measurement } from '../profiler/measurement.ts';
import { type Prepared, type ProfileRequest, prepareProfile, runProfile } from '../profiler/profile.node.ts';
import { endingText, measurementTexts, planTexts } from '../profiler/texts.ts';
import { profileWords } from '../profiler/words.ts';
import { sentencesIn } from '../service/words/sentences-in.ts';
import { type Answer, answer } from './answers.ts';
import type { Command } from './args.ts';
import { type Column, table } from './columns.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { collectInputs } from './inputs.ts';
import { styleOf } from './style.ts';
import type { Terminal } from './terminal.ts';
import { cliWords } from './words.ts';

type ProfileCommand = Extract<Command, { name: 'profile' }>;

/** `version`: of Headroom, which a measurement names. */
export async function profile(command: ProfileCommand, terminal: Terminal, version: string): Promise<ExitCode> {
  const { language } = command.options;
  const { answers, silences } = answer(await collectInputs([command.path], [], terminal), command.options);
  for (const { file, code, message } of silences) terminal.complain(`${file}:1:1: error ${code}: ${message}`);
  const [first] = answers;
  const request = first && requestOf(first, command, terminal, version);
  if (!request) {
    if (first) terminal.complain(`headroom: ${cliWords(language).noProfile}`);
    return EXIT.notEstimated;
  }
  const prepared = await prepareProfile(request);
  if (!prepared.ok) {
    terminal.complain(`headroom: ${profileWords(language).notModelled(prepared.error.field, prepared.error.value)}`);
    return EXIT.notEstimated;
  }
  return carryOut(prepared.value, command, terminal);
}

async function carryOut(prepared: Prepared, command: ProfileCommand, terminal: Terminal): Promise<ExitCode> {
  const { language } = command.options;
  const { headline, notes } = planTexts(prepared, language);
  // What is still to come goes where progress goes: standard output is for the result.
  for (const line of [headline, ...notes]) terminal.complain(line);
  const result = await runProfile(prepared, limitsOf(prepared), () => {});
  if ('kind' in result) {
    terminal.complain(`headroom: ${endingText(result, language)}`);
    return EXIT.notEstimated;
  }
  if (command.save !== null) save(result, command.save);
  terminal.print(command.format === 'json' ? JSON.stringify(result, null, 2) : printed(result, terminal, language));
  return EXIT.fine;
}

/** A machine may be slower than planned, and a backend hungrier; neither without end. */
const PATIENCE = 5;
const limitsOf = ({ request: { budget } }: Prepared) => ({
  seconds: budget.seconds * PATIENCE,
  bytes: budget.bytes * 2,
});

function requestOf(
  { input, analysis }: Answer,
  { backend, backends, node, budget }: ProfileCommand,
  terminal: Terminal,
  version: string,
): ProfileRequest | null {
  const { run, model } = analysis;
  if (!run || model?.kind !== 'known') return null;
  const here = process.cwd();
  return {
    run,
    shape: model.shape,
    config: input.file,
    choice: backend,
    folders: [
      ...backends.map((folder) => resolve(folder)),
      ...(input.path ? [dirname(resolve(input.path))] : []),
      here,
    ],
    installFolder: here,
    worker: { script: terminal.worker, node, log: () => {} },
    budget,
    headroom: version,
  };
}

function save(measurement: Measurement, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, fileNameOf(measurement)), `${JSON.stringify(measurement, null, 2)}\n`);
}

const COLUMNS: readonly Column[] = [{ align: 'left' }, { align: 'right' }, { align: 'right' }, { align: 'right' }];

function printed(measurement: Measurement, terminal: Terminal, language: Language): string {
  const style = styleOf(terminal.colour);
  const { terms } = sentencesIn(language);
  const { title, verdict, columns, rows, checks } = measurementTexts(
    measurement,
    (term) => terms[term].label,
    language,
  );
  const [head = '', ...body] = table(COLUMNS, [[...columns], ...rows.map((row) => [...row])], terminal.columns);
  return [style.strong(title), '', style.quiet(head), ...body, '', ...checks, verdict].join('\n');
}
