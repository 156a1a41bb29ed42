// Entry of the tests that run inside the extension host, in the folder they were compiled to.

import { runMocha } from '../mocha-suite.ts';

export async function run(): Promise<void> {
  const failures = await runMocha(__dirname);
  if (failures > 0) throw new Error(`${failures} failed`);
}
