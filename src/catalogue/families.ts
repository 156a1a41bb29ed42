// The families we can read. Adding one is a file in families/ and a line here.

import { fail, type Result } from '../base/result.ts';
import type { ModelConfig } from '../memory/run.ts';
import type { ModelShape } from '../memory/shape.ts';
import { bloom } from './families/bloom.ts';
import { cohere, cohere2 } from './families/cohere.ts';
import { deepseekV2, deepseekV3 } from './families/deepseek.ts';
import { exaone4 } from './families/exaone4.ts';
import { falcon } from './families/falcon.ts';
import type { Family, FieldProblem } from './families/family.ts';
import { gemma, gemma2, gemma3Text } from './families/gemma.ts';
import { gemma3 } from './families/gemma3-vision.ts';
import { glm, glm4 } from './families/glm.ts';
import { glm4Moe } from './families/glm4-moe.ts';
import { gptNeo } from './families/gpt-neo.ts';
import { gptNeox } from './families/gpt-neox.ts';
import { gptOss } from './families/gpt-oss.ts';
import { gpt2, gptBigcode } from './families/gpt2.ts';
import { gptj } from './families/gptj.ts';
import { graniteMoe } from './families/granite-moe.ts';
import { llama } from './families/llama.ts';
import { llava } from './families/llava.ts';
import { minimind } from './families/minimind.ts';
import { mistral } from './families/mistral.ts';
import { mixtral } from './families/mixtral.ts';
import { arcee, ernie45, granite, minicpm, seedOss, smollm3 } from './families/near-llama.ts';
import { olmo, olmo2 } from './families/olmo.ts';
import { opt } from './families/opt.ts';
import { phi } from './families/phi.ts';
import { phi3 } from './families/phi3.ts';
import { qwen2Vl, qwen25Vl } from './families/qwen-vl.ts';
import { qwen2 } from './families/qwen2.ts';
import { qwen2Moe } from './families/qwen2-moe.ts';
import { qwen3 } from './families/qwen3.ts';
import { qwen3Moe } from './families/qwen3-moe.ts';
import { qwen3Next } from './families/qwen3-next.ts';
import { qwen3Vl, qwen3VlMoe } from './families/qwen3-vl.ts';
import { baichuan, chatglm, internlm2, mpt, qwen } from './families/remote-code.ts';
import { stablelm } from './families/stablelm.ts';
import { starcoder2 } from './families/starcoder2.ts';

const FAMILIES: readonly Family[] = [
  ...[
    llama,
    mistral,
    mixtral,
    smollm3,
    granite,
    graniteMoe,
    minicpm,
    seedOss,
    stablelm,
    arcee,
    ernie45,
    exaone4,
    minimind,
  ],
  ...[qwen, qwen2, qwen2Moe, qwen3, qwen3Moe, qwen3Next, qwen2Vl, qwen25Vl, qwen3Vl, qwen3VlMoe],
  ...[gemma, gemma2, gemma3Text, gemma3, phi, phi3, llava, glm, glm4, glm4Moe, chatglm, internlm2, baichuan],
  ...[gpt2, gptBigcode, gptj, gptNeo, gptNeox, gptOss, opt, bloom, falcon, mpt, starcoder2, olmo, olmo2],
  ...[deepseekV2, deepseekV3, cohere, cohere2],
];

const BY_TYPE: ReadonlyMap<string, Family> = new Map(
  FAMILIES.flatMap((f) => f.types.map((type) => [type, f] as const)),
);
export const familyNames: readonly string[] = [...BY_TYPE.keys()];

export interface ShapeProblem {
  readonly why: FieldProblem['why'] | 'family-not-supported';
  readonly detail: string;
}

/** A shape from the fields of a config.json, or which field stands in the way. */
export function readShape(config: ModelConfig): Result<ModelShape, ShapeProblem> {
  const type = config.model_type;
  if (type === undefined || type === null) return fail({ why: 'fields-missing', detail: 'model_type' });
  if (typeof type !== 'string' || type === '') return fail({ why: 'bad-field', detail: 'model_type: must be a name' });
  const family = BY_TYPE.get(type);
  return family ? family.read(config, type) : fail({ why: 'family-not-supported', detail: type });
}
