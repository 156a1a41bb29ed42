// Names axolotl accepts that move no memory, or only as part of another key: known so that a slip is told from a real key.
// Sources: src/axolotl/utils/schemas/*.py and integrations/*/args.py@v0.18.0, and older releases.

const words = (list: string): readonly string[] => list.trim().split(/\s+/);

export const silentKeys: ReadonlySet<string> = new Set([
  ...words(`base_model_config cls_model_config model_type type_of_model model_config overrides_of_model_config model_kwargs
    overrides_of_model_kwargs model_revision revision_of_model base_model_ignore_patterns tokenizer_config tokenizer_type
    tokenizer_use_fast tokenizer_legacy tokenizer_use_mistral_common tokenizer_save_jinja_files processor_type processor_config
    processor_kwargs low_cpu_mem_usage device_map gpu_memory_limit max_memory reinit_weights experimental_skip_move_to_device
    model_quantization_config_kwargs resize_token_embeddings_to_32x mean_resizing_embeddings shrink_embeddings
    embeddings_skip_upcast is_falcon_derived_model is_llama_derived_model is_mistral_derived_model is_qwen_derived_model
    llama4_linearized_experts qlora_sharded_model_loading gptq_groupsize gptq_model_v1 gptq_disable_exllama tf32 float32
    image_size image_resize_algorithm freeze_mm_modules fix_untrained_tokens added_tokens_overrides special_tokens tokens`),
  ...words(`lora_alpha lora_alpha_pattern lora_fan_in_fan_out lora_on_cpu lora_exclude_modules loraplus_lr_ratio loraplus_lr_embedding
    peft peft_init_lora_weights peft_layers_pattern peft_layer_replication peft_trainable_token_indices peft_ensure_weight_tying
    merge_lora merge_method relora relora_steps relora_warmup_steps relora_anneal_steps relora_prune_ratio relora_prune_method
    relora_cpu_offload jagged_restart_steps jagged_restart_warmup_steps jagged_restart_anneal_steps lisa_step_interval
    lisa_layers_attribute quantization spectrum_top_fraction spectrum_model_name`),
  ...words(`datasets test_datasets dataset_prepared_path dataset_processes dataset_num_proc dataset_exact_deduplication
    dataset_keep_in_memory dataset_shard_num dataset_shard_idx num_dataset_shards_to_save skip_prepare_dataset
    shuffle_merged_datasets shuffle_before_merging_datasets push_dataset_to_hub hf_use_auth_token chat_template
    chat_template_jinja chat_template_kwargs default_system_message eot_tokens role_boundaries train_on_inputs group_by_length
    curriculum_sampling excess_length_strategy eval_sequence_len min_sample_len max_prompt_len max_packed_sequence_len
    sample_packing_group_size sample_packing_bin_size sample_packing_sequentially sample_packing_mp_start_method
    sample_packing_eff_est sample_packing_seq_len_multiplier total_num_tokens total_supervised_tokens eval_sample_packing
    multipack_real_batches pretraining_sample_concatenation pretrain_multipack_attn pretrain_multipack_buffer_size streaming
    streaming_multipack_buffer_size use_pose pose_split_on_token_ids pose_max_context_len pose_num_chunks noisy_embedding_alpha
    neftune_noise_alpha dataloader_pin_memory dataloader_num_workers dataloader_prefetch_factor dataloader_drop_last
    remove_unused_columns accelerator_config dynamic_checkpoint`),
  ...words(`output_dir num_epochs max_steps learning_rate embedding_lr embedding_lr_scale lr_scheduler lr_scheduler_kwargs lr_groups
    lr_div_factor lr_quadratic_warmup cosine_min_lr_ratio cosine_constant_lr_ratio warmup_steps warmup_ratio weight_decay
    adam_beta1 adam_beta2 adam_beta3 adam_epsilon adam_epsilon2 dion_lr dion_momentum dion_rank_fraction dion_rank_multiple_of
    optim_args optim_target_modules torchdistx_path qgalore_rank qgalore_update_proj_gap qgalore_scale qgalore_proj_type
    qgalore_proj_quant qgalore_proj_bits qgalore_proj_group_size qgalore_cos_threshold qgalore_gamma_proj qgalore_queue_size
    logging_steps save_steps save_strategy save_total_limit save_only_model save_safetensors save_first_step saves_per_epoch
    eval_steps eval_strategy evaluation_strategy evals_per_epoch eval_table_size eval_max_new_tokens eval_causal_lm_metrics
    do_causal_lm_eval do_bench_eval bench_dataset bench_split generate_samples num_generation_samples generation_max_new_tokens
    generation_temperature generation_top_p generation_top_k generation_prompt_ratio generation_do_sample early_stopping_patience
    load_best_model_at_end metric_for_best_model greater_is_better loss_watchdog_threshold loss_watchdog_patience seed debug strict
    resume_from_checkpoint auto_resume_from_checkpoints gc_steps gc_collect_steps torch_empty_cache_steps profiler_steps
    profiler_steps_start include_tkps include_tokens_per_second local_rank world_size device ddp ddp_timeout ddp_bucket_cap_mb
    ddp_broadcast_buffers ddp_find_unused_parameters deepcompile fsdp_final_state_dict_type fp32_norms fp32_norm_classes
    fp8_enable_fsdp_float8_all_gather heads_k_stride ring_attn_func torch_compile_backend torch_compile_mode
    torch_compile_options hub_model_id hub_strategy hub_revision trainer_cls axolotl_config_path is_preprocess
    preprocess_iterable capabilities env_capabilities`),
  ...words(`flash_optimum flash_attn_fuse_qkv flash_attn_rms_norm flash_attn_d512 large_head_attention sdpa_varlen s2_attention
    flex_attn_compile_kwargs scaling_softmax scaling_softmax_factor scaling_softmax_bias gemma4_hybrid_attn_impl
    fused_attn_kernel eaft_alpha eaft_k tiled_mlp_num_shards tiled_mlp_use_original_mlp liger_rms_norm_gated
    liger_use_token_scaling use_scattermoe use_sonicmoe expert_backend moe_grouped_backend nvfp4_merge_aware
    nvfp4_merge_aware_start_step expert_parallel_backend expert_parallel_fallback_on_unsupported`),
  ...words(`trl vllm ebft rl_beta dpo_beta dpo_use_weighting dpo_label_smoothing dpo_use_liger_kernel dpo_padding_free dpo_loss_type
    dpo_loss_weights dpo_norm_loss precompute_ref_log_probs orpo_alpha rpo_alpha simpo_gamma cpo_alpha kto_desirable_weight
    kto_undesirable_weight center_rewards_coefficient num_labels diffusion llmcompressor mora mora_type kd_trainer kd_alpha
    kd_ce_alpha kd_temperature dense_mixer grokfast_alpha grokfast_lamb lm_eval_tasks lm_eval_batch_size lm_eval_post_train`),
  ...words(`use_wandb wandb_project wandb_entity wandb_watch wandb_name wandb_run_id wandb_mode wandb_log_model use_mlflow
    mlflow_tracking_uri mlflow_experiment_name mlflow_run_name hf_mlflow_log_artifacts use_comet comet_project_name
    comet_workspace comet_mode use_tensorboard use_trackio trackio_project_name trackio_run_name trackio_space_id use_swanlab
    swanlab_project swanlab_experiment_name swanlab_workspace swanlab_description swanlab_mode swanlab_log_model
    swanlab_log_completions swanlab_completion_log_interval swanlab_completion_max_buffer use_otel_metrics gradio_title use_ray
    ray_num_workers ray_run_name resources_per_worker`),
]);
