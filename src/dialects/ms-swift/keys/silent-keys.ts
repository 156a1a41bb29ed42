// Names of ms-swift's own that move no memory, or only as part of another key. Those of the Trainer stand with the Trainer.
// Source: swift/arguments/*.py and swift/trainers/arguments.py@v4.5.2.

import { words } from '../../key-spec.ts';

export const silentKeys: readonly string[] = [
  ...words(`model_type model_revision model_name model_author model_kwargs local_repo_path device_map max_memory max_model_len
    rope_scaling init_strategy new_special_tokens num_labels problem_type hqq_axis bnb_4bit_compute_dtype
    bnb_4bit_quant_storage template template_backend system max_pixels agent_template norm_bbox use_chat_template
    truncation_strategy padding_side loss_scale is_binary_loss_scale response_prefix enable_thinking preserve_thinking
    add_non_thinking_prefix disable_ignore_empty_think packing_num_proc packing_strategy lazy_tokenize`),
  ...words(`dataset val_dataset cached_dataset cached_val_dataset data_seed dataset_num_proc load_from_cache_file dataset_shuffle
    val_dataset_shuffle streaming interleave_prob stopping_strategy shuffle_buffer_size download_mode columns strict
    disable_auto_column_mapping custom_dataset_info external_plugins custom_register_path ignore_args_error use_swift_lora
    load_args load_data_args use_hf enable_npu_model_patch train_dataloader_shuffle group_by_length`),
  ...words(`lora_alpha lora_bias lorap_lr_ratio init_weights lora_ga_batch_size lora_ga_iters lora_ga_max_length
    lora_ga_direction lora_ga_scale lora_ga_stable_gamma freeze_llm freeze_aligner trainable_parameters
    trainable_parameters_regex vit_lr aligner_lr vit_gradient_checkpointing vit_attn_impl lisa_step_interval
    galore_target_modules galore_update_proj_gap galore_scale galore_proj_type galore_optim_per_parameter
    galore_with_embedding galore_quantization galore_proj_quant galore_proj_bits galore_proj_group_size
    galore_cos_threshold galore_gamma_proj galore_queue_size llamapro_num_new_blocks llamapro_num_groups`),
  ...words(`add_version create_checkpoint_symlink check_model acc_strategy max_epochs max_shard_size safe_serialization
    use_logits_to_keep ds3_gather_for_generation resume_only_model router_aux_loss_coef enable_channel_loss mrl_dims metric
    eval_metric callbacks early_stop_interval eval_use_evalscope eval_dataset eval_dataset_args eval_limit
    eval_generation_config extra_eval_args use_flash_ckpt zero_hpz_partition_size deepspeed_autotp_size max_new_tokens
    temperature top_p top_k repetition_penalty num_beams stream stop_words use_ray device_groups swanlab_project
    swanlab_exp_name swanlab_workspace swanlab_mode swanlab_token`),
  ...words(`ref_model ref_adapters ref_model_type ref_model_revision beta label_smoothing max_completion_length rpo_alpha ld_alpha
    discopop_tau loss_weights cpo_alpha simpo_gamma desirable_weight undesirable_weight center_rewards_coefficient
    sft_alpha lmbda seq_kd gkd_logits_topk num_generations reward_funcs reward_weights reward_model reward_adapters
    num_iterations steps_per_generation epsilon epsilon_high use_vllm vllm_mode vllm_gpu_memory_utilization
    vllm_tensor_parallel_size vllm_max_model_len vllm_enable_lora vllm_max_lora_rank vllm_server_host vllm_server_port
    sleep_level offload_model offload_optimizer move_model_batches teacher_model teacher_adapters teacher_deepspeed
    offload_teacher_model multi_turn_scheduler max_turns log_completions overlong_filter dynamic_sample`),
];
