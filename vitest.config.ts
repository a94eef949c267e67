import { defineConfig } from 'vitest/config';
import { NOT_ON_CITUS } from './tests/support/not-on-citus.ts';

/** Starting, killing and recovering database servers takes its time: `npm run test:embedded`. */
const EMBEDDED = 'tests/embedded/**/*.test.ts';

/** They need a Chromium: `npm run test:browser`. */
const BROWSER = 'tests/browser/**/*.test.ts';

/** Many processes on one database, one of them a PgBouncer: `npm run test:scale`. */
const SCALE = 'tests/scale/**/*.test.ts';

export default defineConfig({
  resolve: {
    // One copy of graphql for ES modules and CommonJS: two would not know each other's types.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    setupFiles: ['tests/support/fail-on-console-error.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A second, as by default, is short where the machine is busy with other tests.
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'usher',
          include: ['tests/**/*.test.ts'],
          exclude: [EMBEDDED, BROWSER, SCALE],
          globalSetup: ['tests/support/global-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'citus',
          include: ['tests/**/*.test.ts'],
          exclude: [EMBEDDED, BROWSER, ...Object.keys(NOT_ON_CITUS.files)],
          globalSetup: ['tests/support/citus-setup.ts'],
          setupFiles: ['tests/support/fail-on-console-error.ts', 'tests/support/skip-on-citus.ts'],
        },
      },
      { extends: true, test: { name: 'embedded', include: [EMBEDDED] } },
      {
        extends: true,
        test: {
          name: 'scale',
          include: [SCALE],
          // Each starts several processes, on what may be a busy machine.
          testTimeout: 120_000,
          hookTimeout: 180_000,
          globalSetup: ['tests/support/global-setup.ts', 'tests/scale/build-server.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: [BROWSER],
          // Each starts Usher with its demo data and a Chromium, on what may be a busy machine.
          hookTimeout: 180_000,
          globalSetup: ['tests/support/global-setup.ts'],
        },
      },
    ],
  },
});
