import { defineConfig } from 'vitest/config';

/** For left-behind.test.ts only: tests that end badly, with what ends after ours. */
export default defineConfig({
  test: {
    include: ['tests/support/left-behind/*.fixture.ts'],
    setupFiles: ['tests/support/end-with-test.ts'],
    globalSetup: ['tests/support/run-folder.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
