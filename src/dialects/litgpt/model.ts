// The model: a checkpoint folder for fine-tuning; a name of LitGPT's own or a description for pre-training.

import type { ModelRef } from '../../memory/run.ts';
import type { SourceNode } from '../../yaml/source-doc.ts';
import type { Read } from '../key-reader.ts';
import type { Sheet } from '../sheet.ts';
import { text, type ValueParser } from '../value-parsers.ts';
import type { Command } from './command.ts';
import { describedModel, modelInFile } from './model-config.ts';

/** Names of litgpt/config.py that say less than the checkpoint they stand for. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['tiny-llama-1.1b', 'TinyLlama/TinyLlama-1.1B-intermediate-step-1431k-3T'],
  ['tiny-llama-1.1b-chat', 'TinyLlama/TinyLlama-1.1B-Chat-v1.0'],
  ['micro-llama-300m', 'keeeeenw/MicroLlama'],
]);

const mapping: ValueParser<SourceNode> = {
  expected: 'a mapping',
  parse: (node) => (node.kind === 'map' ? node : undefined),
};

export const modelKeyOf = ({ stage }: Command): string => (stage === 'pretrain' ? 'model_name' : 'checkpoint_dir');

export function readModel(sheet: Sheet, command: Command): ModelRef | null {
  const { keys, log } = sheet;
  const name = keys.find(modelKeyOf(command), text);
  const described = command.stage === 'pretrain' ? keys.find('model_config', mapping) : undefined;
  if (described?.value.kind === 'map') {
    log.set('model', described);
    return describedModel(described.value);
  }
  if (!name) return null;
  log.set('model', name);
  return command.stage === 'pretrain' ? { id: idOf(name.value) } : checkpointModel(sheet, name);
}

/** `checkpoints/org/name`, or `org/name` below `checkpoints`; conversion writes a description beside the weights. */
function checkpointModel({ world, wanted }: Sheet, { value }: Read<string>): ModelRef {
  const folder = value.replace(/[\\/]+$/, '');
  const folders = /^(?:checkpoints\b|[\\/])/.test(folder) ? [folder] : [folder, `checkpoints/${folder}`];
  for (const path of folders.map((f) => `${f}/model_config.yaml`)) {
    const content = world.file(path);
    if (content === undefined) wanted.push(path);
    const described = typeof content === 'string' ? modelInFile(content) : null;
    if (described) return { id: idOf(folder), ...described };
  }
  return { id: idOf(folder) };
}

/** The last two parts of the folder, or a name of LitGPT's own. */
function idOf(folder: string): string {
  const parts = folder.split(/[\\/]/).filter((part) => part !== '' && part !== 'checkpoints');
  const last = parts.at(-1) ?? folder;
  return NAMES.get(last.toLowerCase()) ?? parts.slice(-2).join('/');
}
