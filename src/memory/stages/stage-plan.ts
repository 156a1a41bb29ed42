// What a stage asks of a step beside the model's own loss: how many rows a sample has, which passes run, what they score.

import type { Stage, TrainingRun } from '../run.ts';
import { type ModelShape, weightElements } from '../shape.ts';

/** `pairs`: chosen and rejected beside each other. `unpaired`: KTO. `scores`: a reward model. `completions`: GRPO. */
export type Objective = 'pairs' | 'unpaired' | 'scores' | 'completions';

/** `words-and-value`: a value head beside the language model's. `score`: one number a token instead of words. */
type Head = 'words' | 'words-and-value' | 'score';

export interface StagePlan {
  readonly objective: Objective;
  readonly head: Head;
  readonly reference: TrainingRun['reference'];
  /** How log-probabilities are taken from the last hidden states: whole logits, or TRL's fused head. */
  readonly logProbs: 'whole' | 'tiled';
  /** LLaMA-Factory copies the batch before each pass (train/trainer_utils.py, nested_detach). */
  readonly copiesBatch: boolean;
  /** A reference in fp32 is cast to the type that is computed in (LLaMA-Factory, model/loader.py: models that are not trained). */
  readonly castsReference: boolean;
  /** The reference's weights still require gradients, so autocast keeps their casts through its pass. */
  readonly referenceRequiresGrad: boolean;
}

const OBJECTIVES: Readonly<Partial<Record<Stage, Objective>>> = {
  dpo: 'pairs',
  ipo: 'pairs',
  orpo: 'pairs',
  simpo: 'pairs',
  kto: 'unpaired',
  reward: 'scores',
  grpo: 'completions',
};

/** Chosen and rejected go through the model as one batch. */
const ROWS: Readonly<Record<Objective, number>> = { pairs: 2, unpaired: 1, scores: 2, completions: 1 };

/** Null where the model's own loss is what is trained. */
export function stagePlanOf(run: TrainingRun): StagePlan | null {
  const objective = OBJECTIVES[run.stage];
  if (!objective) return null;
  const trl = run.framework.name === 'trl';
  return {
    objective,
    head: headOf(run),
    reference: run.reference,
    logProbs: run.loss.form === 'tiled-head' ? 'tiled' : 'whole',
    copiesBatch: run.framework.name === 'llama-factory' && run.reference !== 'none',
    castsReference: run.framework.name === 'llama-factory',
    referenceRequiresGrad: trl,
  };
}

/** LLaMA-Factory's reward models are TRL's old AutoModelForCausalLMWithValueHead; others AutoModelForSequenceClassification. */
function headOf({ stage, framework }: TrainingRun): Head {
  if (stage !== 'reward') return 'words';
  return framework.name === 'llama-factory' ? 'words-and-value' : 'score';
}

/** How many more numbers are trained than the language model has: a value head, or a score in the place of the words' head. */
export function headParameters(run: TrainingRun, { hidden, above }: ModelShape): number {
  const words = run.method.kind === 'full' ? above.filter((w) => w.name === 'lm_head').map(weightElements) : [];
  return { words: 0, 'words-and-value': hidden + 1, score: hidden - (words[0] ?? 0) }[headOf(run)];
}

/**
 * Trainers that compare turn dropout off (trl/trainer/utils.py, disable_dropout_in_model: DPOTrainer, KTOTrainer and all made
 * from them; TRL's RewardTrainer, not LLaMA-Factory's).
 */
export function turnsDropoutOff({ stage, framework }: TrainingRun): boolean {
  const objective = OBJECTIVES[stage];
  return objective === 'pairs' || objective === 'unpaired' || (objective === 'scores' && framework.name === 'trl');
}

/** Rows that go through the model for one sample of `batch.micro`. */
export function rowsPerSample(stage: Stage): number {
  const objective = OBJECTIVES[stage];
  return objective ? ROWS[objective] : 1;
}
