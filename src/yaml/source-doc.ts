// SourceDoc: a text as plain, immutable data with ranges. Every reader sees YAML, JSON and (later) TOML in this one form.
// Deliberately absent: the parser's own classes. Nothing outside this room imports `yaml`.

/** Half-open range of UTF-16 offsets into the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Path = readonly (string | number)[];

/** Present on a node that is not in the text: put there by `--set` or a what-if (see overlay.ts). Its spans are borrowed. */
interface Overlaid {
  readonly flag?: string;
}

export type Scalar = string | number | boolean | null;
export interface ScalarNode extends Overlaid {
  readonly kind: 'scalar';
  readonly value: Scalar;
  /** As written, quotes included: `1e-4`, `0x10`, `${lr}`, `"no"`. */
  readonly raw: string;
  readonly span: Span;
}
export interface Entry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: SourceNode;
  /** Came in through a merge key (`<<: *base`): spans point into the anchor's mapping. */
  readonly merged: boolean;
  /** Where `*name` is written, when the value came through an alias and its spans point at the anchor. */
  readonly alias?: Span;
}
export interface MapNode extends Overlaid {
  readonly kind: 'map';
  /** In file order; a duplicate key keeps its last value, as YAML loaders of Python do. */
  readonly entries: readonly Entry[];
  readonly span: Span;
  /** Of a command line: what is run. */
  readonly launch?: Launch;
}
/** What a command line runs with its flags. */
export interface Launch {
  /** Without its folder: `train_full_sft.py`, `verl.trainer.main_ppo`, `swift sft`. */
  readonly program: string;
  readonly span: Span;
  /** Variables of the environment and flags of what starts it: `CUDA_VISIBLE_DEVICES`, `nproc_per_node`. */
  readonly launcher: readonly Entry[];
}
export interface SeqNode extends Overlaid {
  readonly kind: 'seq';
  readonly items: readonly SourceNode[];
  readonly span: Span;
}
export type SourceNode = ScalarNode | MapNode | SeqNode;

/** `shell`: command lines, also those of a Makefile, a Dockerfile or a Markdown file. `python`: the defaults of its arguments. */
export type SourceLanguage = 'yaml' | 'json' | 'toml' | 'shell' | 'python';

export interface SourceProblem {
  readonly code: 'syntax' | 'duplicate-key' | 'alias-cycle' | 'too-large' | 'too-deep';
  readonly message: string;
  readonly span: Span;
}

export interface SourceDoc {
  readonly text: string;
  readonly language: SourceLanguage;
  /** One root a document of a multi-document stream; empty when nothing could be read. */
  readonly roots: readonly SourceNode[];
  readonly comments: readonly { readonly text: string; readonly span: Span }[];
  readonly problems: readonly SourceProblem[];
}

/** What the reader of a language returns: everything of a SourceDoc that is not its input. */
export type Tree = Pick<SourceDoc, 'roots' | 'comments' | 'problems'>;
