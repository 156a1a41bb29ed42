// Entry of the tests at the screen, in the folder they were compiled to.

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runMocha } from '../mocha-suite.ts';

const failures = await runMocha(path.dirname(fileURLToPath(import.meta.url)));
process.exitCode = failures > 0 ? 1 : 0;
