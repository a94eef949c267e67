import { defineConfig } from 'vitest/config';
import { FOR_REAL_PROCESSES } from '../limits.ts';

/** For left-behind.test.ts only: runs tests that end badly, with the clean-up of our tests. */
export default defineConfig({
  test: {
    include: ['tests/support/left-behind/*.fixture.ts'],
    setupFiles: ['tests/support/end-with-test.ts'],
    globalSetup: ['tests/support/run-folder.ts'],
    ...FOR_REAL_PROCESSES,
  },
});
