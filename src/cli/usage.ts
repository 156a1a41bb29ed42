export const USAGE = `headroom: the peak GPU memory of a training run, from its config

  headroom estimate PATH… [--gpu NAME | --vram 24GiB] [--gpus N] [--set key=value …]
                          [--json | --sarif] [--lang en|zh-cn]
  headroom estimate --run RUN.json|-     a TrainingRun instead of a config
  headroom explain PATH TERM             one term of the peak, operation by operation
  headroom compare A B                   two configs, term by term
  headroom profile PATH [--backend auto|tfjs-node-gpu|tfjs-node|wasm|cpu|dry] [--backends FOLDER …]
                        [--node PROGRAM] [--seconds N] [--memory 4GiB] [--save FOLDER] [--json]
                                         runs the model's small twin on this machine, beside the replay
  headroom score ROWS.jsonl [--json]     accuracy over measured rows
  headroom schema run|estimate           the JSON Schema of the input or the output
  headroom help | version

PATH is a config, a folder that is searched for configs, or - for standard input.

Exit status: 0 fine, 1 over the given GPU or budget, 2 some input could not be estimated as it stands,
64 wrong usage, 70 a bug of Headroom.
`;
