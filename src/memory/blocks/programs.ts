// A model's forward, by the name of its program.

import type { ProgramName } from '../program.ts';
import { causalModel, decoder, type Forward } from './forward.ts';
import { gemma } from './gemma.ts';
import { gptNeoX } from './gpt-neox.ts';
import { gpt2, gptBigCode } from './gpt2.ts';
import { litgptForward } from './litgpt/forward.ts';
import { llama } from './llama.ts';
import { miniMindForward } from './minimind.ts';
import { parallel, postNorm, sandwich, stableLm } from './near-llama.ts';
import { opt } from './opt.ts';
import { phi, starCoder2 } from './phi.ts';
import { torchtune } from './torchtune/decoder.ts';

export const FORWARDS: Readonly<Record<ProgramName, Forward>> = {
  llama: decoder(llama),
  'post-norm': decoder(postNorm),
  sandwich: decoder(sandwich),
  parallel: decoder(parallel),
  stablelm: decoder(stableLm),
  gemma: decoder(gemma),
  gpt2: causalModel(gpt2),
  'gpt-bigcode': causalModel(gptBigCode),
  opt: causalModel(opt),
  'gpt-neox': decoder(gptNeoX),
  phi: decoder(phi),
  starcoder2: decoder(starCoder2),
  minimind: miniMindForward,
  litgpt: litgptForward,
  torchtune: causalModel(torchtune),
};
