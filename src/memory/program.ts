// The block programs there are: which code of a model is mirrored. A shape names one; blocks/programs.ts has their forwards.

export const PROGRAMS = [
  ...(['llama', 'post-norm', 'sandwich', 'parallel', 'stablelm'] as const),
  ...(['gemma', 'gpt2', 'gpt-bigcode', 'opt', 'gpt-neox', 'phi', 'starcoder2', 'minimind'] as const),
] as const;
export type ProgramName = (typeof PROGRAMS)[number];
