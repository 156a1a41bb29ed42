import type { Language } from '../../src/base/language.ts';
import type { Environment } from '../../src/service/analysis-types.ts';
import { parseTarget } from '../../src/service/target.ts';

/** An environment with no files and no versions; `gpu` is read as the setting is. */
export function environment(
  gpu: string | null = null,
  language: Language = 'en',
  files: Readonly<Record<string, string | null>> = {},
): Environment {
  const target = gpu === null ? null : parseTarget(gpu);
  if (target && !target.ok) throw new Error(target.error);
  return { language, target: target?.value ?? null, depth: 'ledger', versions: {}, file: (path) => files[path] };
}
