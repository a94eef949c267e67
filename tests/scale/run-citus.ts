import { spawnSync } from 'node:child_process';

/** npm run test:citus: runs every database test on a Citus cluster, one file at a time. */
const NEEDS = `npm run test:citus needs a Citus cluster, which no package registry has:
  CITUS_URL=postgresql://user:password@coordinator:5432/usher_test npm run test:citus
The database has to have "test" in its name, as it is emptied over and over, and the extension citus on the coordinator
(which knows its workers) and on every worker; the user has to be a superuser. docs/scaling.md says how to make one.`;

if (!process.env.CITUS_URL) {
  process.stderr.write(`${NEEDS}\n`);
  process.exitCode = 1;
} else if (!succeeds('npm', ['run', '-s', 'build:web'])) {
  // One of the tests needs this build, and would fail ten minutes later without it.
  process.exitCode = 1;
} else {
  // The test files that import the test database.
  const related = ['related', '--run', 'tests/support/test-database.ts'];
  const args = [
    'vitest',
    ...related,
    '--project',
    'citus',
    '--no-file-parallelism',
    ...process.argv.slice(2),
  ];
  process.exitCode = succeeds('npx', args) ? 0 : 1;
}

function succeeds(program: string, args: string[]): boolean {
  return spawnSync(program, args, { stdio: 'inherit' }).status === 0;
}
