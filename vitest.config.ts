import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/workbench/**', 'node_modules/**'],
    environment: 'node',
    // Files run side by side in threads: the rooms are pure, so they share nothing.
    pool: 'threads',
    testTimeout: 20_000,
  },
});
