import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/shared/**', 'test/browser/**', '**/node_modules/**'],
    globalSetup: ['test/support/global-setup.ts'],
    // Half of a test's time is spent waiting for the database, so no processor is spared for the runner.
    maxWorkers: '100%',
    // Loading the product anew for each file took a seventh of the whole run: files share their modules.
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
