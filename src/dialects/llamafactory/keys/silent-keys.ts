// Names LLaMA-Factory accepts that move no memory: known so that a slip of the keyboard is told from a real key.
// Source: src/llamafactory/hparams/*.py@v0.9.5 and older releases.

import { silentTrainerKeys } from '../../hugging-face/silent-trainer-keys.ts';
import { words } from '../../key-spec.ts';

export const silentKeys: ReadonlySet<string> = new Set([
  ...silentTrainerKeys,
  ...words(`adapter_folder cache_dir use_fast_tokenizer split_special_tokens add_tokens add_special_tokens new_special_tokens_config
    init_special_tokens model_revision low_cpu_mem_usage moe_aux_loss_coef infer_backend offload_folder use_kv_cache use_cache
    use_v1_kernels infer_dtype hf_hub_token ms_hub_token om_hub_token print_param_status trust_remote_code quantization_device_map
    image_min_pixels image_do_pan_and_scan crop_to_patches video_max_pixels video_min_pixels video_fps video_maxlen
    use_audio_in_video audio_sampling_rate image_resolution video_resolution export_dir export_size export_device export_quantization_bit
    export_quantization_dataset export_quantization_nsamples export_quantization_maxlen export_legacy_format export_hub_model_id
    vllm_maxlen vllm_gpu_util vllm_enforce_eager vllm_max_lora_rank vllm_config sglang_maxlen sglang_mem_fraction sglang_tp_size
    sglang_config sglang_lora_backend kt_cpu_activation kt_weight_path kt_non_expert_weight_path kt_expert_checkpoint_path
    kt_use_lora_experts kt_lora_expert_num kt_lora_expert_intermediate_size kt_optimize_rule cpu_infer chunk_size mode kt_config
    kt_maxlen kt_use_cuda_graph kt_mode kt_force_think visual_inputs`),
  ...words(`eval_dataset dataset_dir media_dir train_on_prompt mask_history streaming buffer_size mix_strategy interleave_probs
    overwrite_cache preprocessing_batch_size preprocessing_num_workers max_samples eval_num_beams ignore_pad_token_for_loss
    eval_on_each_dataset tool_format default_system enable_thinking preserve_thinking tokenized_path data_shared_file_system
    data_seed reserved_label_len efficient_eos`),
  ...words(`loraplus_lr_embedding pissa_iter pissa_convert create_new_adapter pref_beta pref_ftx pref_bco_weight dpo_label_smoothing
    kto_chosen_weight kto_rejected_weight simpo_gamma ppo_buffer_size ppo_epochs ppo_score_norm ppo_target ppo_whiten_rewards
    ref_model_adapters ref_model_quantization_bit reward_model_adapters reward_model_quantization_bit ld_alpha galore_target
    galore_update_interval galore_scale galore_proj_type apollo_target apollo_update_interval apollo_scale apollo_proj apollo_proj_type
    apollo_scale_type apollo_scale_front badam_start_block badam_switch_mode badam_switch_interval badam_update_ratio badam_mask_mode
    badam_verbose use_swanlab swanlab_project swanlab_workspace swanlab_run_name swanlab_mode swanlab_api_key swanlab_logdir
    swanlab_lark_webhook_url swanlab_lark_secret use_mca use_megatron_bridge use_hyper_parallel hyper_parallel_args
    hyper_parallel_cp_size asft_alpha eaft_alpha compute_accuracy disable_shuffling early_stopping_steps plot_loss
    include_effective_tokens_per_second name_module_trainable num_layer_trainable dpo_beta dpo_loss dpo_ftx orpo_beta`),
  ...words(`do_sample temperature top_p top_k num_beams max_length max_new_tokens repetition_penalty length_penalty skip_special_tokens
    ray_num_workers ray_init_kwargs ray_run_name ray_storage_path ray_storage_filesystem resources_per_worker placement_strategy
    master_addr master_port enable_torch_profiler profiler_output_dir fp8_backend fp8_enable_fsdp_float8_all_gather
    task task_dir batch_size lang n_shot save_dir download_mode`),
  ...words(`tensor_model_parallel_size pipeline_model_parallel_size expert_model_parallel_size context_parallel_size
    virtual_pipeline_model_parallel_size sequence_parallel sequence_parallel_size sequence_parallel_mode recompute_granularity
    recompute_method recompute_num_layers account_for_embedding_in_pipeline_split account_for_loss_in_pipeline_split
    bias_activation_fusion apply_rope_fusion masked_softmax_fusion cross_entropy_loss_fusion moe_grouped_gemm
    moe_token_dispatcher_type calculate_per_token_loss use_distributed_optimizer overlap_param_gather overlap_grad_reduce
    use_packed_sequences mixed_precision megatron_pretrained_checkpoint export_hf_on_finish extra_config`),
]);
