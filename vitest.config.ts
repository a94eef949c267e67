import { configDefaults, defineConfig } from 'vitest/config';
import { FOR_REAL_PROCESSES } from './tests/support/limits.ts';
import { NOT_ON_CITUS } from './tests/support/not-on-citus.ts';

/** Starting, killing and recovering database servers takes its time: `npm run test:embedded`. */
const EMBEDDED = 'tests/dev/embedded-postgres/**/*.test.ts';

/** They need a Chromium: `npm run test:browser`. */
const BROWSER = 'tests/browser/**/*.test.ts';

/** They need packages that `npm ci` does not install: `npm run check:clients`. */
const CLIENTS = 'tests/clients/**/*.test.ts';

/** Many processes on one database, one of them a PgBouncer: `npm run test:scale`. */
const SCALE = 'tests/scale/**/*.test.ts';

/** A real Postfix and real calendar programs: `npm run test:mail`. */
const MAIL = 'tests/mail/**/*.test.ts';

/** Each ends what it started, and fails on what it did not expect to be printed. */
const SETUP = ['tests/support/end-with-test.ts', 'tests/support/fail-on-console-error.ts'];

/** Everything temporary in one folder, which goes with the run. */
const RUN = 'tests/support/run-folder.ts';

export default defineConfig({
  resolve: {
    // One copy of graphql for ES modules and CommonJS: two would not know each other's types.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    setupFiles: SETUP,
    // On a machine that is busy with twenty other things, too. Files that start processes have longer ones.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 40_000 } },
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'usher',
          include: ['tests/**/*.test.ts'],
          exclude: [...configDefaults.exclude, EMBEDDED, BROWSER, SCALE, CLIENTS, MAIL],
          globalSetup: [RUN, 'tests/support/global-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'citus',
          include: ['tests/**/*.test.ts'],
          exclude: [...configDefaults.exclude, EMBEDDED, BROWSER, MAIL, ...Object.keys(NOT_ON_CITUS.files)],
          globalSetup: [RUN, 'tests/support/citus-setup.ts'],
          setupFiles: [...SETUP, 'tests/support/skip-on-citus.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'clients',
          include: [CLIENTS],
          globalSetup: [RUN, 'tests/support/global-setup.ts'],
        },
      },
      { extends: true, test: { name: 'mail', include: [MAIL], globalSetup: [RUN] } },
      { extends: true, test: { name: 'embedded', include: [EMBEDDED], globalSetup: [RUN] } },
      {
        extends: true,
        test: {
          name: 'scale',
          include: [SCALE],
          // Each starts several processes, on what may be a busy machine.
          ...FOR_REAL_PROCESSES,
          globalSetup: [RUN, 'tests/support/global-setup.ts', 'tests/scale/build-server.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: [BROWSER],
          ...FOR_REAL_PROCESSES,
          globalSetup: [RUN, 'tests/support/global-setup.ts'],
        },
      },
    ],
  },
});
