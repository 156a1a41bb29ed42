// What an adapter that was saved by PEFT says of itself: `adapter_config.json` in its folder.

import type { World } from '../dialect.ts';

export interface ReadAdapter {
  readonly rank?: number;
  readonly targets?: readonly string[];
}

/** Undefined: not at hand; its path is noted in `wanted` where it has not been looked at. */
export function readAdapterConfig(folder: string, world: World, wanted: string[]): ReadAdapter | undefined {
  const path = `${folder}/adapter_config.json`;
  const content = world.file(path);
  if (content === undefined) wanted.push(path);
  const config = typeof content === 'string' ? jsonObject(content) : undefined;
  if (!config) return undefined;
  const { r, target_modules: modules } = config;
  return {
    ...(typeof r === 'number' && Number.isInteger(r) && r > 0 ? { rank: r } : {}),
    ...(Array.isArray(modules) && modules.every((m) => typeof m === 'string') ? { targets: modules } : {}),
  };
}

function jsonObject(content: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
