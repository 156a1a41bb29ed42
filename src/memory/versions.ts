// Library versions as data: each fact about a library's code that decides rows of the operation table, with the release it
// changed in. A version that is not stated is the newest; what the older ones would give is a cause of the range.

export type Versions = Readonly<Record<string, string>>;

interface Fact<T> {
  readonly library: 'torch' | 'transformers' | 'bitsandbytes' | 'litgpt' | 'torchtune';
  /** What holds before the first release of {@link since}. */
  readonly first: T;
  /** From which release on something else holds; oldest first. */
  readonly since: readonly (readonly [release: string, value: T])[];
}
const fact = <T>(library: Fact<T>['library'], first: T, ...since: Fact<T>['since']): Fact<T> => ({
  library,
  first,
  since,
});

export const FACTS = {
  /**
   * The loss of causal models. 4.45, modeling_llama.py: fp32 logits are the output, copied shifted. 4.46, loss/loss_utils.py:
   * the model returns 16-bit logits, the loss copies fp32 ones shifted. 4.49: labels are shifted instead.
   */
  lossCode: fact<'outside' | 'shifted' | 'current'>(
    'transformers',
    'outside',
    ['4.46', 'shifted'],
    ['4.49', 'current'],
  ),
  /** use_gqa_in_sdpa (integrations/sdpa_attention.py, transformers#39412): 4.53 still repeats K and V … */
  asksForGroups: fact('transformers', false, ['4.54', true]),
  /** … and torch must have the argument (pytorch#128898). */
  hasGroups: fact('torch', false, ['2.5', true]),
  /** The memory-efficient kernel takes grouped heads (pytorch#191085); 2.13's sdp_utils.cpp refuses them, 2.14 is unchecked. */
  memEfficientTakesGroups: fact('torch', false, ['2.15', true]),
  /** cuBLAS workspaces kept for each handle; per call since pytorch#194311. 2.14 is unchecked. */
  keepsWorkspace: fact('torch', true, ['2.15', false]),
  /** gradient_checkpointing_enable makes the embedding's output require a gradient, with adapters or not (modeling_utils.py). */
  inputRequiresGrad: fact('transformers', false, ['5.0', true]),
  /** Experts as stacked weights in grouped products, instead of a loop over modules (integrations/moe.py). */
  groupsExperts: fact('transformers', false, ['5.0', true]),
  /** MatMul4Bit keeps its input (autograd/_functions.py, bitsandbytes#1270). */
  keepsInput4bit: fact('bitsandbytes', true, ['0.43.2', false]),
  /** With packed weights LitGPT replaces the token table (finetune/lora.py, litgpt#1770). */
  replacesTable: fact('litgpt', false, ['0.5', true]),
  /** Windows of Mistral and Phi-3 in LitGPT's module (config.py, litgpt#1741); Gemma's came with the models. */
  slidesLitgpt: fact('litgpt', false, ['0.4.13', true]),
  /** torchtune/modules/rms_norm.py: F.rms_norm, then the formula itself. */
  spellsNorms: fact('torchtune', false, ['0.7', true]),
} as const;

export function valueIn<T>(versions: Versions, { library, first, since }: Fact<T>): T {
  return since.reduce((value, [release, next]) => (isBefore(versions, library, release) ? value : next), first);
}

/** Families whose own loss, before 4.46, copied 16-bit logits shifted and never made fp32 ones. */
export const SIXTEEN_BIT_LOSS: ReadonlySet<string> = new Set(['gpt2', 'gpt_bigcode', 'opt', 'bloom']);

/** Model code that older releases of transformers do not have (models/<family> appears). */
const FIRST_RELEASE: Readonly<Record<string, string>> = {
  olmo2: '4.47',
  granite: '4.45',
  glm: '4.46',
  glm4: '4.51.3',
  qwen3: '4.51',
  qwen3_moe: '4.51',
  gemma3: '4.50',
  gemma3_text: '4.50',
  smollm3: '4.53',
  gpt_oss: '4.55',
  seed_oss: '4.56',
  olmo3: '4.57',
  qwen3_next: '4.57',
};

export const LIBRARIES: readonly Fact<unknown>['library'][] = [
  'transformers',
  'torch',
  'bitsandbytes',
  'litgpt',
  'torchtune',
];

/** One release for each stretch of older code that may run a family where a library's version is not stated. */
export function olderReleases(library: Fact<unknown>['library'], family: string): readonly string[] {
  const changes = Object.values(FACTS).flatMap((f): readonly string[] =>
    f.library === library ? f.since.map(([release]) => release) : [],
  );
  const first = library === 'transformers' ? FIRST_RELEASE[family] : undefined;
  return [...new Set(changes)].filter((change) => first === undefined || isOlder(first, change)).map(releaseBefore);
}

/** Some release right before another: `4.46` → `4.45.999`, `5.0` → `4.999`. */
function releaseBefore(release: string): string {
  const [major = 0, minor = 0] = numbersOf(release);
  return minor > 0 ? `${major}.${minor - 1}.999` : `${major - 1}.999`;
}

/** True if `library` is stated and older than `version`, compared number by number (`4.9` < `4.46`). */
export function isBefore(versions: Versions, library: string, version: string): boolean {
  const stated = versions[library];
  return stated !== undefined && isOlder(stated, version);
}

function isOlder(release: string, than: string): boolean {
  const a = numbersOf(release);
  const b = numbersOf(than);
  for (let i = 0; i < b.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

const numbersOf = (version: string): number[] => (version.match(/\d+/g) ?? []).slice(0, 3).map(Number);
