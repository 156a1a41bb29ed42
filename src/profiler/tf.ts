// TensorFlow.js, found at run time: the only file that names it. Its types are those of tfjs-core; its code is never bundled.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Core from '@tensorflow/tfjs-core';
import type { ComputingRung } from './rungs.ts';

export type Tf = typeof Core;
export type Tensor = Core.Tensor;

/** What a loaded backend says about itself. */
export interface Loaded {
  readonly tf: Tf;
  readonly version: string;
  /** TensorFlow's C library, where there is one. */
  readonly library: string | null;
  /** Null: no GPU package. False: a GPU package that computes on the CPU. */
  readonly usesGpu: boolean | null;
}

/** What the native packages have on their backend beside tfjs's own interface. */
interface NativeBackend {
  readonly binding?: { readonly TF_Version?: string };
  readonly isUsingGpuDevice?: boolean;
}

type Load = (require: NodeJS.Require) => Promise<Tf>;

const native =
  (name: string): Load =>
  async (require) => {
    repairUtil(require);
    return require(name) as Tf;
  };

const LOADS: Readonly<Record<ComputingRung, Load>> = {
  'tfjs-node-gpu': native('@tensorflow/tfjs-node-gpu'),
  'tfjs-node': native('@tensorflow/tfjs-node'),
  wasm: (require) => plainBackend(require, 'wasm'),
  cpu: (require) => plainBackend(require, 'cpu'),
};

/** tfjs-node calls `util.isNullOrUndefined` on every operation; Node 24 has none, and that of Node 22 prints a warning. */
function repairUtil(require: NodeJS.Require): void {
  const util = require('node:util') as Record<string, unknown>;
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  util.isArray = Array.isArray;
}

/** The core that the backend package itself sees: two copies of it would not know each other's backends. */
async function plainBackend(require: NodeJS.Require, name: 'wasm' | 'cpu'): Promise<Tf> {
  const entry = require.resolve(`@tensorflow/tfjs-backend-${name}`);
  const tf = createRequire(entry)('@tensorflow/tfjs-core') as Tf;
  require(entry);
  if (!(await tf.setBackend(name))) throw new Error(`the ${name} backend does not start`);
  return tf;
}

/** `from`: the folder whose node_modules has the package. Throws what the package throws. */
export async function loadBackend(rung: ComputingRung, from: string): Promise<Loaded> {
  const tf = await LOADS[rung](createRequire(join(from, 'anchor.js')));
  await tf.ready();
  const backend = tf.backend() as unknown as NativeBackend;
  return {
    tf,
    version: tf.version_core,
    library: backend.binding?.TF_Version ?? null,
    usesGpu: rung === 'tfjs-node-gpu' ? backend.isUsingGpuDevice === true : null,
  };
}
