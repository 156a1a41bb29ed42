// Names of models as people write them: hub ids, mirrors, caches, folders, fine-tunes, quantised copies.
// Pure text. Deliberately absent: the catalogue (ids.ts looks these up in it).

// Formats and quantisations, which change how weights are stored and not which weights there are.
const FORMAT =
  /[-_.](unsloth[-_])?(bnb[-_]?(4|8)bit|bnb|[348][-_]?bits?|awq|gptq|int[348]|w\d+a\d+|fp8|nvfp4|nf4|mxfp4|aqlm|hqq|eetq|gguf|ggml|mlx|exl2|bf16|fp16|float16|hf|sharded|dynamic|dequantized|linearized)([-_](int\d|\d(bit)?|\d+x\d+|\d+g|q\d[a-z0-9]*|dynamic|marlin))*$/i;

/** `Qwen2.5-7B-Instruct-GPTQ-Int4` → `Qwen2.5-7B-Instruct`. */
export function withoutFormat(name: string): string {
  const shorter = name.replace(FORMAT, '');
  return shorter === name || shorter === '' ? name : withoutFormat(shorter);
}

/** No path that names a model is longer; a hostile one is cut. */
const LONGEST = 300;

/** The parts of an id or path that may name a model, most telling first: `org/name`, then each folder from the end. */
export function namesIn(reference: string): string[] {
  const path = reference
    .slice(-LONGEST)
    .replace(/\\/g, '/')
    .replace(/\/+$/, '')
    // ModelScope's cache cannot write a dot.
    .replace(/___/g, '.');
  const cached = /(?:^|\/)models--([^/]+?)--([^/]+)/.exec(path);
  if (cached) return [`${cached[1]}/${cached[2]}`, cached[2] ?? ''];
  const parts = path.split('/').filter((p) => p !== '' && p !== '.' && p !== '..');
  return [parts.slice(-2).join('/'), ...parts.reverse()];
}

const FAMILY_WORDS =
  'llama|qwen|gemma|phi|mistral|mixtral|glm|chatglm|yi|olmo|baichuan|internlm|falcon|smollm|starcoder|bloom|granite|deepseek|minicpm|opt|pythia';
const GLUED = new RegExp(`^(${FAMILY_WORDS})(\\d.*)$`);
/** Words that say how a model was tuned, not how large it is. */
const TUNED = new Set('instruct chat base it pt hf sft dpo meta preview bf16 thinking'.split(' '));
const RELEASE = /^(v\d+(\.\d+)*|\d{4})$/;

/** `Meta-Llama-3_1-8B-Instruct` → `llama 3.1 8b`: the words that decide a shape, in one spelling. */
export function wordsOf(name: string): string[] {
  const words = name
    .toLowerCase()
    .replace(/(\d)_(\d)/g, '$1.$2')
    .split(/[-_\s:+]+/)
    .flatMap((word) => {
      const glued = GLUED.exec(word);
      return glued ? [glued[1] ?? '', glued[2] ?? ''] : [word];
    })
    .filter((word) => word !== '' && !TUNED.has(word));
  return joinVersions(words);
}

/** `llama 3 1 8b` → `llama 3.1 8b`: two lone digits are one version. */
function joinVersions(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (const word of words) {
    const last = joined.at(-1);
    if (last !== undefined && /^\d$/.test(last) && /^\d$/.test(word)) joined[joined.length - 1] = `${last}.${word}`;
    else joined.push(word);
  }
  return joined;
}

export const isRelease = (word: string): boolean => RELEASE.test(word);
export const withoutRelease = (words: readonly string[]): string[] => words.filter((word) => !isRelease(word));

const SIZE = /^(\d+(?:\.\d+)?)(b|m)$/;
/** Parameters that a word states: `7b`, `0.5b`, `135m`. */
export function sizeOf(word: string): number | null {
  const match = SIZE.exec(word);
  return match ? Number(match[1]) * (match[2] === 'b' ? 1e9 : 1e6) : null;
}

/** Words that mean other tensors than the language model's alone. */
// `h1` and `e`: Falcon's hybrids and 1-bit models.
const OTHER_MODEL = new Set('vl vision omni audio ocr llava multimodal eagle eagle3 mtp moe pro h1 e'.split(' '));

export const meansOtherTensors = (word: string): boolean => OTHER_MODEL.has(word);

/** Whether `words` names a fine-tune of the model whose words are `stem`. */
export function isFineTuneOf(words: readonly string[], stem: readonly string[]): boolean {
  if (words.some((word) => meansOtherTensors(word) && !stem.includes(word))) return false;
  return words.some((_, i) => stem.every((word, k) => words[i + k] === word));
}
