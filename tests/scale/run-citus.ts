import { spawnSync } from 'node:child_process';

/** npm run test:citus: every test that uses a database, on a Citus cluster, one file after another. */
const NEEDS = `npm run test:citus needs a Citus cluster, which no package registry has:
  CITUS_URL=postgresql://user:password@coordinator:5432/usher_test npm run test:citus
The database has to have "test" in its name, as it is emptied over and over, and the extension citus on the coordinator
(which knows its workers) and on every worker; the user has to be a superuser. docs/scaling.md says how to make one.`;

if (!process.env.CITUS_URL) {
  process.stderr.write(`${NEEDS}\n`);
  process.exitCode = 1;
} else {
  // One of them is about what this builds.
  spawnSync('npm', ['run', '-s', 'build:web'], { stdio: 'inherit' });
  // Those that import what gives tests their database.
  const related = ['related', '--run', 'tests/support/test-database.ts'];
  const args = [
    'vitest',
    ...related,
    '--project',
    'citus',
    '--no-file-parallelism',
    ...process.argv.slice(2),
  ];
  process.exitCode = spawnSync('npx', args, { stdio: 'inherit' }).status ?? 1;
}
