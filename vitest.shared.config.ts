import { defineConfig } from 'vitest/config';

// Tests that read what lies beside the repository, where it does.
export default defineConfig({
  test: {
    include: ['test/shared/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
