// How many parameters are trained: counted from the shape, without a replay.

import type { Method, ModelPart, TrainingRun } from './run.ts';
import { type ModelShape, towerWeights, type WeightShape, weightElements } from './shape.ts';
import { stackAdapters } from './stack-adapters.ts';
import { headParameters } from './stages/stage-plan.ts';

const PARTS: readonly ModelPart[] = ['tower', 'projector', 'language'];
const sum = (ns: readonly number[]): number => ns.reduce((a, b) => a + b, 0);
const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

export function trainableCount(run: TrainingRun, shape: ModelShape): number {
  return ofMethod(run, shape) + headParameters(run, shape);
}

function ofMethod(run: TrainingRun, shape: ModelShape): number {
  const { method } = run;
  const layers = shape.layers.map((k) => shape.kinds[k]?.weights ?? []);
  switch (method.kind) {
    case 'full':
      return sum(trainedParts(run, shape).flatMap((part) => weightsOf(part, shape).map(weightElements)));
    case 'badam':
      return sum((layers[0] ?? []).map(weightElements));
    case 'freeze': {
      const n = method.trainableLayers;
      const trained = n >= 0 ? layers.slice(Math.max(0, layers.length - n)) : layers.slice(0, -n);
      return sum(trained.flatMap((ws) => ws.map(weightElements)));
    }
    case 'lora': {
      const { ranks, mapped } = stackAdapters(run, shape);
      const isTarget = (w: WeightShape): boolean =>
        w.kind === 'linear' &&
        !mapped.has(lastPart(w.name)) &&
        (method.targets === 'all-linear' || method.targets.map(lastPart).includes(lastPart(w.name)));
      const above = shape.above.filter((w) => method.targets !== 'all-linear' && method.targets.includes(w.name));
      const inPart = (part: ModelPart): readonly WeightShape[] =>
        part === 'language' ? [...layers.flat(), ...above] : weightsOf(part, shape);
      const adapters = trainedParts(run, shape).flatMap((part) =>
        inPart(part)
          .filter(isTarget)
          .map((w) => method.rank * (w.rows + w.cols) + (method.dora ? w.rows : 0)),
      );
      const stacks = layers.flat().map((w) => (ranks.get(w.name) ?? 0) * (w.count ?? 1) * (w.rows + w.cols));
      return sum(adapters) + sum(stacks) + sum(savedModules(run, shape));
    }
    case 'adapter-v1':
    case 'adapter-v2':
      return adapterCount(method, shape, layers);
    default:
      return 0; // counted when the method is modelled
  }
}

/** Without a tower there is nothing to tell apart. */
const trainedParts = ({ method }: TrainingRun, { tower }: ModelShape): readonly ModelPart[] =>
  PARTS.filter((part) => !tower || !method.frozen.includes(part));

/** Every tensor of a part, as often as it stands in the model. */
function weightsOf(part: ModelPart, shape: ModelShape): readonly WeightShape[] {
  const { tower } = shape;
  if (part === 'projector') return tower?.projector ?? [];
  if (part === 'tower') return tower ? towerWeights({ ...tower, projector: [] }) : [];
  return [...shape.below, ...shape.layers.flatMap((k) => shape.kinds[k]?.weights ?? []), ...shape.above];
}

/** litgpt/adapter.py: the lowest layers have no prompt. adapter_v2.py: a bias and a scale for every linear, and most norms. */
const UNPROMPTED = 2;
const V2_NORM = /^norm(_[12])?(\.bias)?$/;

function adapterCount(method: Method, shape: ModelShape, layers: readonly (readonly WeightShape[])[]): number {
  const heads = shape.kinds[0]?.attention?.heads ?? 0;
  const prompt = (method.virtualTokens ?? 10) * shape.hidden + heads;
  const prompts = Math.max(0, layers.length - UNPROMPTED) * prompt;
  if (method.kind === 'adapter-v1') return prompts;
  const weights = [...layers.flat(), ...shape.above];
  const rescaled = weights.map((w) => (w.kind === 'linear' ? 2 * w.rows : 0));
  const norms = weights.map((w) => (w.kind === 'norm' && V2_NORM.test(w.name) ? weightElements(w) : 0));
  return prompts + sum(rescaled) + sum(norms);
}

function savedModules(run: TrainingRun, shape: ModelShape): number[] {
  const wanted = new Set(run.method.modulesToSave);
  const ends = [...shape.below, ...shape.above].filter((w) => wanted.has(w.name)).map(weightElements);
  const [table] = shape.below;
  // A copy of a tied head is no longer tied.
  return shape.tied && table && wanted.has('lm_head') ? [...ends, weightElements(table)] : ends;
}
