// Why a value is what it is, why a key does nothing, why something is assumed: ids, and what they say to a user.
// Readings carry the ids (`Origin.why`, `Assumption.why`, `args.why` of a finding); surfaces print the sentence, and keep no
// copy of it.

import type { Language } from '../base/language.ts';

type Sentence = Readonly<Record<Language, string>>;

const say = (en: string, zh: string): Sentence => ({ en, 'zh-cn': zh });

/** Values concluded from something else. */
const INFERRED = {
  'checkpoint-dtype': say('Weights are loaded in the type of the checkpoint.', '权重按检查点的数据类型加载。'),
  'loaded-in-compute-type': say('This version loads weights in the type it computes in.', '该版本按计算类型加载权重。'),
  'deepspeed-casts': say(
    'DeepSpeed turns the model into 16 bits and keeps fp32 masters.',
    'DeepSpeed 把模型转换为 16 位，并保留 fp32 主权重。',
  ),
  'peft-fp32-adapters': say('PEFT keeps adapters in fp32.', 'PEFT 以 fp32 保存适配器。'),
  'adapter-config': say('As in the adapter that training goes on from.', '与所继续训练的适配器一致。'),
  'quantized-checkpoint': say('The checkpoint is quantized already.', '检查点本身已量化。'),
  'no-quantization-bit': say('Nothing is quantized.', '未量化。'),
  'gemma2-eager': say(
    'Gemma 2 falls back to eager attention unless flash-attention is installed.',
    '未安装 flash-attention 时，Gemma 2 回退到 eager 注意力。',
  ),
  'gpt-oss-flash': say(
    'LLaMA-Factory always asks for a flash kernel with attention sinks here.',
    'LLaMA-Factory 在此始终使用带 attention sink 的 flash 内核。',
  ),
  'padded-to-eight': say(
    'Rows are padded to a multiple of 8, so a mask is needed.',
    '行会填充到 8 的倍数，因此需要掩码。',
  ),
  'rows-full': say(
    'All rows are full: the mask that comes with them hides nothing.',
    '所有行都是满的：随批次传入的掩码不遮住任何位置。',
  ),
  'one-gpu': say('The file names no sharding.', '文件未指定分片方式。'),
  'launch-comment': say('From the launch command in the comments.', '来自注释中的启动命令。'),
  'stage-by-key': say('Only this trainer has such a key.', '只有该训练器有这样的键。'),
  'stage-by-path': say('From the name of the file or its folders.', '来自文件或目录的名称。'),
  'stage-unsaid': say('Nothing names another trainer.', '没有内容指明其他训练器。'),
  'peft-targets': say('The layers PEFT takes where none are named.', '未指定时由 PEFT 选择的层。'),
  'trl-bf16-adapters': say('TRL casts adapters of a quantized model to bf16.', 'TRL 把量化模型的适配器转换为 bf16。'),
  'fsdp-upcasts': say(
    'Trained weights become fp32 before FSDP shards them (accelerate).',
    'FSDP 分片前，被训练的权重会转换为 fp32（accelerate）。',
  ),
  'batch-in-one-row': say('Packing puts the whole batch into one row.', '打包把整个批次放进一行。'),
  'no-length-limit': say('No limit is set: the usual one is taken.', '未设上限：按通常的上限计算。'),
  'reference-by-beta': say('A reference model is needed only if beta is not 0.', '仅当 beta 不为 0 时才需要参考模型。'),
  'no-peft-config': say('Without peft_config everything is trained.', '没有 peft_config 时训练全部参数。'),
  'reference-by-method': say(
    'With adapters the reference is the model without them; otherwise a second model.',
    '使用适配器时，参考模型即关闭适配器的原模型；否则为第二个模型。',
  ),
  'v1-full-fp32': say('Full tuning turns the whole model into fp32.', '全量微调会把整个模型转换为 fp32。'),
  'litgpt-command': say(
    'The command decides it; concluded from the keys and names of this file.',
    '由所用命令决定；此处根据文件中的键和名称推断。',
  ),
  'litgpt-paged-adamw': say(
    'With quantized weights LitGPT always takes PagedAdamW.',
    '权重量化时，LitGPT 始终使用 PagedAdamW。',
  ),
  'litgpt-shards': say('LitGPT shards as soon as there are several GPUs.', '有多张 GPU 时，LitGPT 会自动分片。'),
  'litgpt-checkpointing': say(
    'LitGPT checkpoints blocks only when fine-tuning on several GPUs.',
    'LitGPT 仅在多卡微调时对各块启用梯度检查点。',
  ),
  'model-context': say('The model’s whole context.', '模型的完整上下文长度。'),
  'needed-key-missing': say('This key is needed and not written yet.', '此键必须填写，但尚未写出。'),
  'longest-sample-unknown': say(
    'Samples are not cut: rows are as long as the longest, which no file states.',
    '样本不截断：行长等于最长的样本，而文件中没有该信息。',
  ),
  'recipe-of-one-gpu': say('This recipe runs on one GPU.', '此 recipe 在单张 GPU 上运行。'),
  'recipe-distributed': say(
    'This recipe runs on several GPUs, sharded by FSDP2.',
    '此 recipe 在多张 GPU 上运行，以 FSDP2 分片。',
  ),
  'no-adapter': say('Without an adapter everything is trained.', '未指定适配器时训练全部参数。'),
  'rank-not-stated': say('The rank is not stated: 8 is taken.', '未给出秩：按 8 计。'),
  'no-targets': say('No layers are named for the adapters.', '未指定要适配的层。'),
  'qlora-is-4-bit': say(
    'A qlora run is 4-bit: axolotl wants load_in_4bit with it.',
    'qlora 即 4 位：axolotl 要求同时设置 load_in_4bit。',
  ),
  'stage-by-data': say('What the data is for decides it.', '由数据的用途决定。'),
  'transformers-sdpa': say('The default of transformers is SDPA.', 'transformers 默认使用 SDPA。'),
  'no-sdpa-for-model': say('This model has no SDPA in transformers.', 'transformers 对该模型不支持 SDPA。'),
  'padded-to-length': say('Every row is padded to its full length.', '每行都填充到最大长度。'),
  'padded-to-multiple': say(
    'Rows are padded to a multiple, so a mask is needed.',
    '行会填充到某个倍数，因此需要掩码。',
  ),
  'rows-end-to-end': say('Rows are laid end to end: no mask.', '行首尾相接：无掩码。'),
  'borders-of-samples': say(
    'Attention takes the borders of the packed samples instead of a mask.',
    '注意力使用打包样本的边界，而非掩码。',
  ),
  'packs-padded': say('A packed row ends in padding, so a mask is needed.', '打包的行以填充结尾，因此需要掩码。'),
  'reentrant-unless-said': say('The re-entering form, unless told otherwise.', '除非另行指定，使用 reentrant 形式。'),
  'length-not-stated': say('The length is not stated.', '未给出长度。'),
  'sixteen-rows-a-step': say('As many as make 16 rows a step.', '使每步合计 16 行。'),
  'embeddings-in-fp32': say(
    'Full tuning keeps embeddings, head and norms in fp32 unless the attention kernel needs 16 bits.',
    '全量微调时，除非注意力实现要求 16 位，否则词嵌入、输出头与归一化层保持 fp32。',
  ),
  'lora-kernels-on': say('Its LoRA kernels are turned on by axolotl itself.', 'axolotl 会自动启用其 LoRA 内核。'),
  'decided-by-script': say('The script that is started decides it.', '由所启动的脚本决定。'),
  'v1-adamw': say('AdamW unless optim_config names another.', '除非 optim_config 另行指定，否则为 AdamW。'),
} as const;

/** Inputs that a file cannot state and that move the answer. */
const ASSUMED = {
  'rows-at-cutoff': say(
    'Rows are taken at their longest; the file cannot say how long samples are.',
    '按最长的行计算；文件无法说明样本的实际长度。',
  ),
  'newest-minimind': say(
    'Neither a command nor a script says its generation: the newest is taken.',
    '命令和脚本都未说明代次：按最新一代计算。',
  ),
  'usual-length': say(
    'The length is not stated, and rows are as long as samples: 2048 is taken.',
    '未给出长度，行长即样本长度：按 2048 计。',
  ),
  'gpus-not-in-file': say(
    'The number of GPUs is not in the file; the launcher uses all it sees.',
    'GPU 数量不在文件中；启动器会使用全部可见的 GPU。',
  ),
  'one-image-a-row': say(
    'One image in every row, as large as it may be; the file cannot say what the data holds.',
    '每行一张尽可能大的图像；文件无法说明数据内容。',
  ),
  'first-try-of-batch-size': say(
    'The batch size is the first try; training halves it until it fits.',
    '批次大小只是首次尝试；训练会不断减半直到放得下。',
  ),
  'release-by-keys': say('The newest release that reads every key of the file.', '能读取文件中所有键的最新版本。'),
  'prompt-length-unknown': say(
    'Prompts are taken at this length: nothing limits them.',
    '提示按此长度计算：没有上限。',
  ),
  'reference-like-model': say(
    'The reference is taken to be as large as the trained model.',
    '假定参考模型与训练模型大小相同。',
  ),
  'expanded-blocks-last': say('The added blocks are taken as the last layers.', '把扩展出的层视为最后几层。'),
} as const;

/** What a reading left open and is settled once the model and the target are known. */
const SETTLED = {
  'checkpoint-dtype-unknown': say('Checkpoint type not known: bf16 assumed.', '检查点的数据类型未知：按 bf16 计。'),
  'gpus-from-target': say('As many GPUs as the target has.', '与目标的 GPU 数量一致。'),
} as const;

/** Keys that do nothing where they stand. */
const IDLE = {
  'checkpointing-always-on': say(
    'Gradient checkpointing is on whatever this key says.',
    '无论此键如何设置，梯度检查点都会开启。',
  ),
  'offloading-needs-checkpointing': say('Offloading needs activation checkpointing.', '卸载激活需要先开启激活检查点。'),
  'checkpointing-disabled': say('Gradient checkpointing is disabled.', '梯度检查点已关闭。'),
  'checkpoint-quantized': say(
    'The checkpoint is quantized already; its own method stays.',
    '检查点本身已量化，将沿用其方式。',
  ),
  'optimizer-replaced': say('Another key chooses the optimizer.', '优化器由另一个键决定。'),
  'only-with-adapters': say('Only adapters (lora, oft) use it.', '仅适配器（lora、oft）使用。'),
  'only-with-oft': say('Only finetuning_type oft uses it.', '仅 finetuning_type 为 oft 时使用。'),
  'only-with-freeze': say('Only finetuning_type freeze uses it.', '仅 finetuning_type 为 freeze 时使用。'),
  'only-with-quantization': say('Only quantization on loading uses it.', '仅加载时量化使用。'),
  'only-with-peft': say('Only LoRA uses it.', '仅 LoRA 使用。'),
  'only-with-packing': say('Only packing uses it.', '仅打包时使用。'),
  'only-with-galore': say('Only GaLore uses it.', '仅 GaLore 使用。'),
  'only-with-apollo': say('Only APOLLO uses it.', '仅 APOLLO 使用。'),
  'only-with-8-bit-lora': say('Only adapter lora uses it.', '仅 adapter 为 lora 时使用。'),
  'needs-liger-plugin': say('Only the Liger plugin uses it.', '仅 Liger 插件使用。'),
  'needs-cut-plugin': say('Only the Cut Cross Entropy plugin uses it.', '仅 Cut Cross Entropy 插件使用。'),
  'accumulation-has-own-key': say(
    'Only gradient_accumulation_steps decides, 1 where it is absent.',
    '由 gradient_accumulation_steps 决定，缺省为 1。',
  ),
  'only-with-badam': say('Only BAdam uses it.', '仅 BAdam 使用。'),
} as const;

const SENTENCES = { ...INFERRED, ...ASSUMED, ...SETTLED, ...IDLE };

export type Why = keyof typeof SENTENCES;
/** For whoever prints them all. */
export const whyIds = Object.keys(SENTENCES) as readonly Why[];

export type InferredWhy = keyof typeof INFERRED;
export type AssumedWhy = keyof typeof ASSUMED | 'checkpoint-dtype' | 'needed-key-missing' | 'longest-sample-unknown';
export type IdleWhy = keyof typeof IDLE;

/** The sentence of an id. Arguments of a finding are plain text by the time they are printed; what is no id stays as it is. */
export function whyText(why: string, language: Language): string {
  return Object.hasOwn(SENTENCES, why) ? SENTENCES[why as keyof typeof SENTENCES][language] : why;
}
