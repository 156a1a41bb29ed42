// What stands where a model is named: a Hub id, or a folder with a config.json in it.
// Deliberately absent: what the model is; the catalogue says that.

import type { ModelConfig, ModelRef } from '../memory/run.ts';
import type { World } from './dialect.ts';
import type { Sheet } from './sheet.ts';
import { text } from './value-parsers.ts';

export interface NamedModel {
  readonly name: string;
  readonly model: ModelRef;
  /** The config.json that would say exactly what the model is, where it has not been looked at. */
  readonly wanted: readonly string[];
}

/** An id may be a folder too (`org/name` below the working directory), as for the libraries: the folder wins. */
export function readModelReference(name: string, world: World): NamedModel {
  const path = `${name.replace(/[\\/]+$/, '')}/config.json`;
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(name)) return { name, model: { id: name }, wanted: [] };
  const content = world.file(path);
  const config = typeof content === 'string' ? configOf(content) : undefined;
  return { name, model: config ? { id: name, config } : { id: name }, wanted: content === undefined ? [path] : [] };
}

/** The model that a key of the file names; null: it names none. */
export function readModelAt({ keys, log, world, wanted }: Sheet, key: string): NamedModel | null {
  const name = log.setIf('model', keys.find(key, text));
  if (name === undefined) return null;
  const reference = readModelReference(name, world);
  wanted.push(...reference.wanted);
  return reference;
}

function configOf(content: string): ModelConfig | undefined {
  try {
    const value: unknown = JSON.parse(content.replace(/^\ufeff/, ''));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ModelConfig) : undefined;
  } catch {
    return undefined; // A broken file is as good as none: the id still says something.
  }
}
