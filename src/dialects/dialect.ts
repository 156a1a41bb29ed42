// The interface of a dialect: one folder a framework, each knowing its framework's words and no other's.

import type { Language } from '../base/language.ts';
import type { SourceDoc, SourceLanguage, Span } from '../yaml/source-doc.ts';
import type { Reading, RunField } from './reading.ts';

/** What a reader may ask of the world; answers come from a cache, so reading stays pure and instant. */
export interface World {
  /** Name of the file being read, with `/`; for hints from its path and for relative references. */
  readonly fileName: string;
  /** Content of a file named by the config; null: it does not exist; undefined: not looked at (yet). */
  readonly file: (path: string) => string | null | undefined;
  /** Versions of the user's packages where known (`transformers`, `llamafactory` …). */
  readonly versions: Readonly<Record<string, string>>;
}

export type ValueType = 'integer' | 'number' | 'boolean' | 'string' | 'enum' | 'list' | 'mapping' | 'path' | 'any';

/** One key of a framework's config, as data: hover, completion, schema and diagnostics print it. */
export interface KeySpec {
  /** Dotted where nested. */
  readonly key: string;
  readonly type: ValueType;
  readonly values?: readonly string[];
  /** The framework's default, as its users would write it; absent: none. */
  readonly default?: string;
  /** file@version in the framework's source where the default stands. */
  readonly source?: string;
  /** The part of the run it decides; absent: it does not move memory. */
  readonly field?: RunField;
  /** A whole number that may sensibly be halved and doubled. */
  readonly scales?: boolean;
  /** A name of older releases: understood where it stands, proposed to nobody. */
  readonly retired?: boolean;
  readonly doc: Readonly<Record<Language, string>>;
}

export interface Detection {
  /** 0: not this dialect; 1: certain. */
  readonly score: number;
  readonly reasons: readonly { readonly key: string; readonly span: Span }[];
}

export interface Dialect {
  /** `llamafactory` */
  readonly id: string;
  /** `LLaMA-Factory` */
  readonly name: string;
  readonly languages: readonly SourceLanguage[];
  readonly keys: readonly KeySpec[];
  /** Must be cheap: it runs on every YAML file that is opened. */
  readonly detect: (doc: SourceDoc, fileName: string) => Detection;
  readonly read: (doc: SourceDoc, world: World) => Reading;
}
