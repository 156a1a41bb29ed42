// How a run is spread over GPUs. How many there are is not in the file: the launcher takes all it sees.

import type { KeySpec } from '../../dialect.ts';
import { rowsOf } from '../../key-spec.ts';

const config = rowsOf('src/axolotl/utils/schemas/config.py@v0.18.0');
const fsdp = rowsOf('src/axolotl/utils/schemas/fsdp.py@v0.18.0');

export const shardingKeys: readonly KeySpec[] = [
  config(
    'deepspeed',
    'path',
    { field: 'parallel.strategy' },
    'A DeepSpeed file (or its content): ZeRO stage and offload. Its engine keeps fp32 masters.',
    'DeepSpeed 配置文件（或其内容）：ZeRO 阶段与卸载。其引擎保留 fp32 主权重。',
  ),
  config(
    'fsdp',
    'list',
    { field: 'parallel.strategy', values: ['full_shard', 'auto_wrap', 'offload'] },
    'FSDP in the older spelling: `[full_shard, auto_wrap]`.',
    'FSDP 的旧写法：`[full_shard, auto_wrap]`。',
  ),
  config(
    'fsdp_config',
    'mapping',
    { field: 'parallel.strategy' },
    'Turns FSDP on and sets it. Keys may begin with `fsdp_`.',
    '启用并设置 FSDP。键可带 `fsdp_` 前缀。',
  ),
  config(
    'fsdp_version',
    'integer',
    { default: '1', field: 'parallel.strategy', values: ['1', '2'] },
    'Which FSDP. 2 keeps the weights in the type they were loaded in; 1 turns what is trained into fp32.',
    'FSDP 版本。2 保持加载时的权重类型；1 会把可训练参数转换为 fp32。',
  ),
  fsdp(
    'fsdp_config.offload_params',
    'boolean',
    { default: 'false', field: 'parallel.offload' },
    'Keeps shards and optimizer in host memory.',
    '把分片和优化器放在主机内存。',
  ),
  fsdp(
    'fsdp_config.reshard_after_forward',
    'boolean',
    { default: 'true', field: 'parallel.settings' },
    'Frees the gathered weights of a layer after its forward pass.',
    '每层前向结束后释放其聚合的权重。',
  ),
  fsdp(
    'fsdp_config.activation_checkpointing',
    'boolean',
    { default: 'false', field: 'checkpointing.kind' },
    "FSDP's own gradient checkpointing.",
    'FSDP 自带的梯度检查点。',
  ),
  config(
    'dp_shard_size',
    'integer',
    { field: 'parallel.data' },
    'GPUs that share one copy of the weights.',
    '共享同一份权重的 GPU 数。',
  ),
  config(
    'dp_replicate_size',
    'integer',
    { field: 'parallel.strategy' },
    'Copies of the sharded model.',
    '分片模型的副本数。',
  ),
  config(
    'tensor_parallel_size',
    'integer',
    { default: '1', field: 'parallel.tensor' },
    'GPUs that share each layer.',
    '共同计算每一层的 GPU 数。',
  ),
  config(
    'context_parallel_size',
    'integer',
    { default: '1', field: 'parallel.context' },
    'GPUs that share each row.',
    '共同处理每一行的 GPU 数。',
  ),
  config(
    'sequence_parallel_degree',
    'integer',
    { default: '1', field: 'parallel.context' },
    'The older name of context_parallel_size.',
    'context_parallel_size 的旧名称。',
  ),
  rowsOf('src/axolotl/integrations/expert_parallel/args.py@v0.18.0')(
    'expert_parallel_size',
    'integer',
    { default: '1', field: 'parallel.expert' },
    'GPUs that share the experts.',
    '分担专家的 GPU 数。',
  ),
];
