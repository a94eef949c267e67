import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';

/** npm run check:migrations: fails if the tables in the code differ from those that the migrations create. */
const MIGRATIONS = 'src/platform/db/migrations';

const copy = await mkdtemp('.migrations-check-');
try {
  await cp(MIGRATIONS, copy, { recursive: true });
  const generate = [
    'drizzle-kit',
    'generate',
    '--dialect',
    'postgresql',
    '--schema',
    './src/platform/db/tables/index.ts',
  ];
  const { stdout } = await promisify(execFile)('npx', [
    '--no',
    '--',
    ...generate,
    '--out',
    relative('.', copy),
  ]);
  const [before, after] = await Promise.all([MIGRATIONS, copy].map((folder) => readdir(folder)));
  if (before?.length === after?.length) {
    process.stdout.write('The migrations are in step with the tables.\n');
  } else {
    const added = after?.filter((file) => !before?.includes(file)).map((file) => join(MIGRATIONS, file));
    process.stderr.write(
      `${stdout}The tables changed: run "npm run db:generate" and commit ${added?.join(', ')}.\n`,
    );
    process.exitCode = 1;
  }
} finally {
  await rm(copy, { recursive: true });
}
