// npm run check: types, format and lint, layers, unused code. Runs all four, then fails if one did.

import { checks, runStages } from './stages.mjs';

const { failed } = await runStages(checks);
process.exitCode = failed > 0 ? 1 : 0;
