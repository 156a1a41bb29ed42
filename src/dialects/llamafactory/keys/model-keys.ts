// Keys of src/llamafactory/hparams/model_args.py that move memory. Defaults as in v0.9.5 (unchanged in the later 0.9.6.dev0).

import type { KeySpec } from '../../dialect.ts';
import { rowsOf } from '../../key-spec.ts';

const row = rowsOf('src/llamafactory/hparams/model_args.py@v0.9.5');

export const modelKeys: readonly KeySpec[] = [
  row(
    'model_name_or_path',
    'path',
    { field: 'model' },
    'The model: an id on the Hugging Face Hub or ModelScope, or a folder. Loaded in the type of its checkpoint.',
    '模型：Hugging Face Hub 或 ModelScope 上的 id，或本地目录。按检查点自身的数据类型加载。',
  ),
  row(
    'adapter_name_or_path',
    'path',
    {},
    'Adapters to go on from (the last one is trained; earlier ones are merged into the weights). They need memory like new ones.',
    '继续训练的适配器（训练最后一个，之前的先合并进权重）。占用的显存与新建的相同。',
  ),
  row(
    'quantization_bit',
    'integer',
    { field: 'weights.quantization', values: ['4', '8'] },
    'Quantises the frozen linear layers on loading: 4 (QLoRA) or 8 bits. Embeddings, head and norms keep their type. Only with LoRA or OFT.',
    '加载时量化冻结的线性层：4 位（QLoRA）或 8 位。词嵌入、输出头和归一化层保持原类型。仅用于 LoRA 或 OFT。',
  ),
  row(
    'quantization_method',
    'enum',
    { default: 'bnb', field: 'weights.quantizer', values: ['bnb', 'hqq', 'eetq'] },
    'The library that quantises: bitsandbytes, HQQ or EETQ (8 bits only).',
    '量化所用的库：bitsandbytes、HQQ 或 EETQ（仅 8 位）。',
  ),
  row(
    'quantization_type',
    'enum',
    { default: 'nf4', field: 'weights.quantization', values: ['nf4', 'fp4'] },
    'The 4-bit format of bitsandbytes. Both take half a byte a weight, plus scales.',
    'bitsandbytes 的 4 位格式。两者每个权重都占半个字节，另加缩放系数。',
  ),
  row(
    'double_quantization',
    'boolean',
    { default: 'true', field: 'weights.quantization' },
    'Quantises the scales of 4-bit weights too: about 0.37 bits a weight less.',
    '对 4 位权重的缩放系数再做量化：每个权重约少 0.37 位。',
  ),
  row(
    'flash_attn',
    'enum',
    { default: 'auto', field: 'attention', values: ['auto', 'disabled', 'sdpa', 'fa2', 'fa3'] },
    'The attention kernel. `auto` is PyTorch SDPA for most models. `disabled` keeps a score matrix of length × length for every head.',
    '注意力实现。多数模型的 `auto` 即 PyTorch SDPA。`disabled` 会为每个注意力头保留 长度 × 长度 的分数矩阵。',
  ),
  row(
    'disable_gradient_checkpointing',
    'boolean',
    { default: 'false', field: 'checkpointing.kind' },
    'Gradient checkpointing is on unless this is true. Without it every layer keeps all its activations until the backward pass.',
    '除非设为 true，否则梯度检查点始终开启。关闭后，每一层的激活值都会保留到反向传播。',
  ),
  row(
    'use_reentrant_gc',
    'boolean',
    { default: 'true', field: 'checkpointing.reentrant' },
    "Which of PyTorch's two forms of gradient checkpointing is used. Their peaks are nearly the same.",
    '使用 PyTorch 两种梯度检查点实现中的哪一种。两者的峰值几乎相同。',
  ),
  row(
    'use_unsloth_gc',
    'boolean',
    { default: 'false', field: 'checkpointing.offload' },
    'Gradient checkpointing that keeps the inputs of the layers in host memory.',
    '把各层输入保存在主机内存中的梯度检查点。',
  ),
  row(
    'use_unsloth',
    'boolean',
    { default: 'false', field: 'framework.name' },
    "Replaces model code and loss by Unsloth's kernels (LoRA only).",
    '用 Unsloth 的内核替换模型代码和损失计算（仅 LoRA）。',
  ),
  row(
    'enable_liger_kernel',
    'boolean',
    { default: 'false', field: 'loss.kind' },
    'Liger kernels: fused norm, rotary embedding and MLP, and in the stages pt and sft a loss that never holds all logits.',
    'Liger 内核：融合归一化、旋转位置编码和 MLP；在 pt 和 sft 阶段，损失计算不会同时保存全部 logits。',
  ),
  row(
    'upcast_layernorm',
    'boolean',
    { default: 'false', field: 'weights.kbitUpcast' },
    'Turns the weights of the norms into fp32.',
    '把归一化层的权重转换为 fp32。',
  ),
  row(
    'upcast_lmhead_output',
    'boolean',
    { default: 'false' },
    'Turns the logits into fp32 right after the head. Lowers the forward pass a little; the peak stays.',
    '在输出头之后立即把 logits 转换为 fp32。前向略有下降，峰值不变。',
  ),
  row(
    'shift_attn',
    'boolean',
    { default: 'false', field: 'attention' },
    "LongLoRA's shifted sparse attention.",
    'LongLoRA 的移位稀疏注意力。',
  ),
  row(
    'mixture_of_depths',
    'enum',
    { values: ['convert', 'load'], field: 'framework.kernels' },
    'Mixture of depths: only some tokens go through every other layer.',
    '深度混合：部分层只处理一部分 token。',
  ),
  row(
    'resize_vocab',
    'boolean',
    { default: 'false', field: 'method.modulesToSave' },
    'Resizes the embeddings to the tokenizer. With LoRA and no `additional_target`, embeddings and head are then trained in full.',
    '按分词器调整词嵌入大小。使用 LoRA 且未设置 `additional_target` 时，词嵌入和输出头会被完整训练。',
  ),
  row(
    'train_from_scratch',
    'boolean',
    { default: 'false', field: 'weights.dtype' },
    "Random weights instead of a checkpoint's, of the same shapes.",
    '使用随机权重而非检查点，形状相同。',
  ),
  row(
    'use_kt',
    'boolean',
    { default: 'false', field: 'framework.name' },
    'KTransformers: the experts of a mixture of experts live and compute on the CPU.',
    'KTransformers：混合专家模型的专家在 CPU 上存放和计算。',
  ),
  row(
    'rope_scaling',
    'enum',
    { values: ['linear', 'dynamic', 'yarn', 'llama3'] },
    'Stretches rotary positions beyond the trained length. Moves no memory by itself.',
    '把旋转位置扩展到训练长度之外。本身不影响显存。',
  ),
];
