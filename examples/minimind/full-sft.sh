#!/bin/bash
# MiniMind: full SFT of the 218 M model. No YAML here: the flags are the config, and the hints stand beside them.
# MiniMind：218 M 模型的全量 SFT。没有 YAML，命令行参数就是配置，提示直接显示在参数旁。
# Try: --batch_size 32, or start it on two cards with torchrun --nproc_per_node 2.
cd trainer
python train_full_sft.py \
  --hidden_size 1024 --num_hidden_layers 16 \
  --batch_size 16 \
  --max_seq_len 768
