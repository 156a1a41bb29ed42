// Names TRL, alignment-handbook and open-r1 accept that move no memory: known so that a slip of the keyboard is told from a real key.
// Sources: trl/trainer/*_config.py and trl/scripts/utils.py, 0.9.6 to 1.16.0; src/alignment/configs.py; src/open_r1/configs.py.

import { silentTrainerKeys } from '../../hugging-face/silent-trainer-keys.ts';
import { words } from '../../key-spec.ts';

export const silentKeys: ReadonlySet<string> = new Set([
  ...silentTrainerKeys,
  ...words(`alpha base_model base_model_attribute_name bnb_4bit_quant_storage cache_implementation cast_lm_head_to_fp32
    center_rewards_coefficient chars_per_token chat_template_kwargs chat_template_path cliprange cliprange_value cpo_alpha
    dataset_batch_size dataset_config dataset_kwargs dataset_num_proc dataset_streaming dataset_test_split dataset_text_field
    dataset_train_split datasets delta desirable_weight disable_dropout discopop_tau ds3_gather_for_generation entropy_coef
    entropy_coef_delta entropy_coef_max entropy_coef_min entropy_target eos_token epsilon epsilon_high eval_packing exp_name
    f_alpha_divergence_coef f_divergence_type force_use_ref_model gamma generate_during_eval generation_kwargs
    gradient_checkpointing_use_reentrant ignore_bias_buffers importance_sampling_level is_encoder_decoder kl_coef
    label_pad_token_id label_smoothing lam ld_alpha local_rollout_forward_batch_size log_completions log_completions_hub_repo
    log_multimodal log_unique_prompts lora_task_type loss_weights mask_truncated_completions max_density_ratio max_target_length
    max_tool_calling_iterations min_density_ratio min_p missing_eos_penalty model_adapter_name model_revision
    multi_objective_aggregation non_eos_penalty normalize_advantage normalize_advantages normalize_reward
    num_completions_to_print num_generations_eval num_iterations num_mini_batches num_of_sequences num_ppo_epochs
    num_sample_generations off_policy_mask_threshold pad_to_multiple_of pad_token padding_value penalty_reward_value
    precompute_ref_batch_size prompt_sample_size ref_adapter_name ref_model_init_kwargs ref_model_mixup_alpha
    ref_model_sync_steps reference_free repetition_penalty response_length reward_clip_range reward_model_path reward_weights
    rloo_k router_aux_loss_coef rpo_alpha sanity_check sapo_temperature_neg sapo_temperature_pos scale_rewards sft_model_path
    shuffle_dataset simpo_gamma stop_token stop_token_id streaming sync_ref_model teacher_model_init_kwargs
    teacher_model_name_or_path teacher_model_revision temperature test_split_size token_level_kl tools top_entropy_quantile
    top_k top_p total_episodes transformers_continuous_batching_config truncation_mode trust_remote_code undesirable_weight
    use_adaptive_entropy use_bias_correction_kl use_liger_loss use_logits_to_keep use_num_logits_to_keep
    use_transformers_continuous_batching use_transformers_paged use_weighting vespo_k_neg vespo_k_pos vespo_lambda_neg
    vespo_lambda_pos vf_coef vllm_device vllm_dtype vllm_enable_prefix_caching vllm_group_port vllm_guided_decoding_regex
    vllm_importance_sampling_cap vllm_importance_sampling_clip_max vllm_importance_sampling_clip_min
    vllm_importance_sampling_correction vllm_importance_sampling_mode vllm_max_model_len vllm_max_model_length vllm_model_impl
    vllm_server_base_url vllm_server_host vllm_server_port vllm_server_timeout vllm_structured_outputs_regex
    vllm_tensor_parallel_size wandb_log_unique_prompts whiten_rewards dataset_mixer dataset_splits dataset_configs
    dataset_mixture dataset_id_or_path tokenizer_name_or_path preprocessing_num_workers chat_template model_code_revision
    system_prompt reward_funcs hub_model_revision benchmarks callbacks auto_insert_empty_system_msg text_column gamma_beta_ratio
    dataset_prompt_column wandb_entity wandb_project wandb_run_group spectrum_config_path code_language cosine_min_value_wrong
    cosine_max_value_wrong overwrite_hub_revision push_to_hub_revision env`),
]);
