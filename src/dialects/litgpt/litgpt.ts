// LitGPT (Lightning AI): `litgpt finetune_full|finetune_lora|finetune_adapter|finetune_adapter_v2|pretrain --config FILE`.
// Deliberately absent: arguments given on the command line beside the file, and data modules (they move no memory but by the
// length of their samples, which no file states).

import type { Dialect } from '../dialect.ts';
import { detect } from './detect.ts';
import { keys } from './keys.ts';
import { read } from './read.ts';

export const litgpt: Dialect = { id: 'litgpt', name: 'LitGPT', languages: ['yaml'], keys, detect, read };
