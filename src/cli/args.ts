// From argv to a command, as data. Wrong usage is an error value: a sentence for stderr.
// Deliberately absent: doing anything. `--gpu` and `--vram` are read here because a typo in them is wrong usage.

import { parseArgs } from 'node:util';
import { GiB } from '../base/bytes.ts';
import type { Language } from '../base/language.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Budget } from '../profiler/plan.ts';
import { type BackendChoice, RUNGS } from '../profiler/rungs.ts';
import type { Overrides } from '../service/analyse.ts';
import type { Target } from '../service/analysis-types.ts';
import { parseTarget } from '../service/target.ts';

export type Format = 'text' | 'json' | 'sarif';

export interface EstimateOptions {
  readonly target: Target | null;
  readonly overrides: Overrides;
  readonly language: Language;
}

export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'version' }
  | {
      readonly name: 'estimate';
      readonly paths: readonly string[];
      readonly runs: readonly string[];
      readonly format: Format;
      readonly options: EstimateOptions;
    }
  | { readonly name: 'compare'; readonly before: string; readonly after: string; readonly options: EstimateOptions }
  | { readonly name: 'explain'; readonly path: string; readonly term: string; readonly options: EstimateOptions }
  | ({ readonly name: 'profile'; readonly path: string; readonly options: EstimateOptions } & ProfileOptions)
  | { readonly name: 'schema'; readonly of: 'run' | 'estimate' }
  | { readonly name: 'score'; readonly paths: readonly string[]; readonly format: 'text' | 'json' };

export interface ProfileOptions {
  readonly backend: BackendChoice;
  /** Folders whose node_modules may have a backend, beside the usual ones. */
  readonly backends: readonly string[];
  /** The Node that the worker runs under. */
  readonly node: string | null;
  readonly budget: Budget;
  /** Where the measurement is kept; null: nowhere. */
  readonly save: string | null;
  readonly format: 'text' | 'json';
}

const ESTIMATE_FLAGS = {
  gpu: { type: 'string' },
  vram: { type: 'string' },
  gpus: { type: 'string' },
  set: { type: 'string', multiple: true },
  lang: { type: 'string' },
} as const;

type EstimateValues = { gpu?: string; vram?: string; gpus?: string; set?: string[]; lang?: string };

export function parseCommand(argv: readonly string[], locale: Language): Result<Command> {
  const [name, ...rest] = argv;
  if (name === undefined || name === 'help' || argv.includes('--help') || argv.includes('-h'))
    return ok({ name: 'help' });
  if (name === 'version' || name === '--version') return ok({ name: 'version' });
  const parse = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!parse) return fail(`there is no command \`${name}\`; \`headroom help\` lists them`);
  try {
    return parse(rest, locale);
  } catch (error) {
    // parseArgs throws on flags it does not know; that is the user's slip, not ours.
    if (isParseArgsError(error)) return fail(error.message);
    throw error;
  }
}

const COMMANDS: Readonly<Record<string, (args: string[], locale: Language) => Result<Command>>> = {
  estimate: estimateCommand,
  compare: compareCommand,
  explain: explainCommand,
  profile: profileCommand,
  schema: schemaCommand,
  score: scoreCommand,
};

function estimateCommand(args: string[], locale: Language): Result<Command> {
  const flags = {
    ...ESTIMATE_FLAGS,
    run: { type: 'string', multiple: true },
    json: { type: 'boolean' },
    sarif: { type: 'boolean' },
  } as const;
  const { values, positionals } = parseArgs({ args, options: flags, allowPositionals: true });
  const runs = values.run ?? [];
  if (positionals.length + runs.length === 0)
    return fail('name a config, a folder, `-` for standard input, or --run RUN.json');
  if (values.json && values.sarif) return fail('--json and --sarif exclude each other');
  const format = values.json ? 'json' : values.sarif ? 'sarif' : 'text';
  const options = estimateOptions(values, locale);
  return options.ok ? ok({ name: 'estimate', paths: positionals, runs, format, options: options.value }) : options;
}

function compareCommand(args: string[], locale: Language): Result<Command> {
  const { values, positionals } = parseArgs({ args, options: ESTIMATE_FLAGS, allowPositionals: true });
  const [before, after, ...more] = positionals;
  if (before === undefined || after === undefined || more.length > 0) return fail('compare takes two configs');
  const options = estimateOptions(values, locale);
  return options.ok ? ok({ name: 'compare', before, after, options: options.value }) : options;
}

function explainCommand(args: string[], locale: Language): Result<Command> {
  const { values, positionals } = parseArgs({ args, options: ESTIMATE_FLAGS, allowPositionals: true });
  const [path, term, ...more] = positionals;
  if (path === undefined || term === undefined || more.length > 0)
    return fail('explain takes a config and a term, such as `activations`');
  const options = estimateOptions(values, locale);
  return options.ok ? ok({ name: 'explain', path, term, options: options.value }) : options;
}

const DEFAULT_BUDGET = { seconds: 60, bytes: 4 * GiB } as const;

function profileCommand(args: string[], locale: Language): Result<Command> {
  const flags = {
    ...ESTIMATE_FLAGS,
    backend: { type: 'string' },
    backends: { type: 'string', multiple: true },
    node: { type: 'string' },
    seconds: { type: 'string' },
    memory: { type: 'string' },
    save: { type: 'string' },
    json: { type: 'boolean' },
  } as const;
  const { values, positionals } = parseArgs({ args, options: flags, allowPositionals: true });
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) return fail('profile takes one config');
  const backend = ['auto', ...RUNGS].find((name) => name === (values.backend ?? 'auto')) as BackendChoice | undefined;
  if (!backend) return fail(`--backend is one of auto, ${RUNGS.join(', ')}`);
  const seconds = Number(values.seconds ?? DEFAULT_BUDGET.seconds);
  if (!(seconds > 0)) return fail('--seconds is a number of seconds');
  const options = estimateOptions(values, locale);
  if (!options.ok) return options;
  const memory = values.memory === undefined ? null : parseTarget(values.memory, options.value.language);
  if (memory && !memory.ok) return memory;
  return ok({
    name: 'profile',
    path,
    options: options.value,
    backend,
    backends: values.backends ?? [],
    node: values.node ?? null,
    budget: { seconds, bytes: memory?.value.capacity ?? DEFAULT_BUDGET.bytes },
    save: values.save ?? null,
    format: values.json ? 'json' : 'text',
  });
}

function schemaCommand(args: string[]): Result<Command> {
  const [of, ...more] = parseArgs({ args, options: {}, allowPositionals: true }).positionals;
  if ((of !== 'run' && of !== 'estimate') || more.length > 0) return fail('schema takes `run` or `estimate`');
  return ok({ name: 'schema', of });
}

function scoreCommand(args: string[]): Result<Command> {
  const { values, positionals } = parseArgs({ args, options: { json: { type: 'boolean' } }, allowPositionals: true });
  if (positionals.length === 0) return fail('score takes files of measured rows (JSON Lines)');
  return ok({ name: 'score', paths: positionals, format: values.json ? 'json' : 'text' });
}

function estimateOptions(values: EstimateValues, locale: Language): Result<EstimateOptions> {
  if (values.lang !== undefined && values.lang !== 'en' && values.lang !== 'zh-cn')
    return fail('--lang is `en` or `zh-cn`');
  const language = values.lang ?? locale;
  const target = targetOf(values, language);
  if (!target.ok) return target;
  const overrides = overridesOf(values.set ?? []);
  return overrides.ok ? ok({ target: target.value, overrides: overrides.value, language }) : overrides;
}

function targetOf({ gpu, vram, gpus }: EstimateValues, language: Language): Result<Target | null> {
  if (gpu !== undefined && vram !== undefined) return fail('--gpu and --vram exclude each other');
  const named = gpu ?? vram;
  if (named === undefined)
    return gpus === undefined ? ok(null) : fail('--gpus counts the cards of --gpu or --vram: name one of them too');
  const target = parseTarget(named, language);
  if (!target.ok || gpus === undefined) return target;
  if (!/^[1-9]\d{0,4}$/.test(gpus)) return fail('--gpus is a whole number from 1');
  return ok({ ...target.value, count: Number(gpus) });
}

function overridesOf(settings: readonly string[]): Result<Overrides> {
  const overrides: Record<string, string> = {};
  for (const setting of settings) {
    const at = setting.indexOf('=');
    if (at < 1) return fail(`--set takes key=value, not \`${setting}\``);
    overrides[setting.slice(0, at).trim()] = setting.slice(at + 1).trim();
  }
  return ok(overrides);
}

function isParseArgsError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
