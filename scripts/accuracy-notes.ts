// Why the worst rows are off: the missing operation, or the input that their source does not state. The first pattern counts.

const REASONS: readonly (readonly [id: RegExp, why: string])[] = [
  [
    /^torchtune-3b-ladder-01/,
    'samples are not cut, and the source does not say how long the longest of a batch was; the same run on packed rows is met within 0.1 %',
  ],
  [
    /^fms-a-santacoder-full-g1/,
    'the row says transformers 4.48.1, whose loss makes fp32 logits; the measured value is that of the loss before 4.46, in 16 bits (then 0.02 % at batch 4, and at batch 8 one 16-bit copy of the logits is still missing: not understood)',
  ],
  [/^fms-a-santacoder-full-foak/, 'as above, with a fused cross-entropy whose copies are not known'],
  [
    /^fms-a-santacoder-accel-bnb/,
    'targets are not stated, and the same copies of the logits are missing as in the full runs',
  ],
  [
    /^gpjt-0[.]5b-z2off/,
    'about 1.12 GiB missing at every batch, so not activations: buffers of ZeRO stage 2 with the optimizer on the host; which ones is not understood',
  ],
  [
    /^fms-a-llama2-70b-accel-autogptq/,
    'as the 4-bit row of this model; beyond that, which tables the GPTQ kernel of that release keeps is not understood',
  ],
  [
    /^fms-a-llama2-70b-accel-bnb/,
    'one tensor of 4 x 4096 x 8192 values too many in backward (268 MB), at 80 layers only: which one is not understood; the 7B rows of the same table peak in forward and agree to 0.4 MB',
  ],
  [
    /^fms-g-powerlm3b-.*bnb/,
    'releases are not stated; up to 1.1 % too few in backward: FlashAttention’s own package and the Granite code of another release',
  ],
  [/^fms-g-powerlm3b-lora/, 'releases are not stated; 0.5 % too few in backward, as the 4-bit rows'],
  [/^fms-l-/, '15 MB kept by kernels of that release, of a fused loss or norm; their release is not stated'],
  [
    /^litgpt-hub-(phi-3|llama-3.2-3b)-full/,
    'the source contradicts itself: less than weights, gradients and two moments of this model in bf16',
  ],
  [/^litgpt-hub-phi-2-full/, 'the table says another number of cards than its file; on several it is sharded'],
  [
    /^litgpt-hub-phi-2-qlora/,
    'two tensors of tokens x 4 h are missing in every layer, under bitsandbytes 0.42: which ones is not understood',
  ],
  [
    /^litgpt-res-.*-nf4/,
    'PyTorch 2.1 of 2023: as if the graph of the last micro-batch, and with it the inputs that bitsandbytes 0.41 keeps, were gone when the next begins; why is not understood',
  ],
  [/^litgpt-hub-gemma/, 'max_seq_length is a limit: with Gemma’s tokenizer samples of that data set may be shorter'],
  [/^litgpt-hub-tiny-llama-full/, 'max_seq_length is a limit: a batch is as long as its longest sample'],
  [/^litgpt-thunder-.*-(inductor|compile|nvfuser)/, 'compiled: the eager step is what it takes at most'],
  [/^axolotl-magistral-small-qlora/, 'a rounded figure of the whole card'],
  [
    /^ms-swift-agent-loss-scale/,
    'saved copies of the embeddings and the head: as if they were in fp32, which neither ms-swift nor PEFT of that day makes of them; not understood',
  ],
  [
    /^ms-swift-/,
    'a rounded figure of the whole card, whose releases are not stated: those of the day it was committed are assumed',
  ],
  [/^litgpt-.*qlora/, 'Python collects what the first packing leaves, before a checkpoint is loaded, when it likes'],
];

export const reasonFor = (id: string): string => REASONS.find(([pattern]) => pattern.test(id))?.[1] ?? '';

/** What the rows as a whole leave open, said once. */
export const unstated: readonly string[] = [
  'What widens the ranges of these rows: releases of transformers or torch that are not stated (each older stretch of code is replayed), loops that may keep the model’s output (replayed), fields that the source leaves open (replayed), Triton kernels (1 %), labels, masks and the next batch (counted).',
];
