// The block programs there are: which code of a model is mirrored. A shape names one; blocks/programs.ts has their forwards.

export const PROGRAMS = [
  ...(['llama', 'post-norm', 'sandwich', 'parallel', 'stablelm'] as const),
  ...(['gemma', 'gpt2', 'gpt-bigcode', 'opt', 'gpt-neox', 'phi', 'starcoder2'] as const),
  ...(['minimind', 'litgpt', 'torchtune'] as const),
] as const;
export type ProgramName = (typeof PROGRAMS)[number];

/** How a vision tower begins and ends; blocks/tower-ends.ts has them. */
export const TOWER_PROGRAMS = ['clip', 'siglip', 'qwen2-vision', 'qwen3-vision'] as const;
export type TowerProgramName = (typeof TOWER_PROGRAMS)[number];
