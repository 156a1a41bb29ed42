// The programs that exist with numbers, by the name of the block program whose model they compute.

import type { ProgramName } from '../../memory/program.ts';
import type { Decoder } from './decoder.ts';
import { llama } from './llama.ts';

export const DECODERS: Readonly<Partial<Record<ProgramName, Decoder>>> = { llama };
