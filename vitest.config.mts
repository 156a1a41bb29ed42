import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // `vscode` exists only inside an editor; the host's pure files are tested against its values and enums.
    alias: { vscode: fileURLToPath(new URL('test/support/fake-vscode.ts', import.meta.url)) },
    include: ['test/**/*.test.ts'],
    exclude: ['test/workbench/**', 'node_modules/**'],
    environment: 'node',
    // Files run side by side in threads: the rooms are pure, so they share nothing.
    pool: 'threads',
    testTimeout: 20_000,
  },
});
