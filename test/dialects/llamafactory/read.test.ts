import { describe, expect, it } from 'vitest';
import { keys, specs } from '../../../src/dialects/llamafactory/keys/keys.ts';
import { dialects } from '../../../src/dialects/registry.ts';
import { readFixture, readText, told } from '../read-fixture.ts';

const read = (name: string, around = {}) => readFixture(`llamafactory/${name}`, around);
const run = (name: string, around = {}) => read(name, around).reading.run;
const BASE =
  'model_name_or_path: Qwen/Qwen2.5-7B\nstage: sft\ndo_train: true\nfinetuning_type: lora\ndataset: d\ntemplate: qwen\n';
const short = (text: string, around = {}) => readText(BASE + text, around);
