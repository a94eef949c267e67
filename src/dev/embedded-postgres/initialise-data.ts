import { lchown, mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Home } from './choose-home.ts';
import { passwordFile } from './database-password.ts';
import { EmbeddedPostgresError } from './embedded-postgres.error.ts';
import { runProgram } from './run-program.ts';
import { deleteAll, unfinished } from './unfinished-work.ts';

export function dataOf(folder: string): string {
  return join(folder, 'data');
}

/**
 * Creates the database cluster unless it exists. The password file must exist.
 *
 * @throws EmbeddedPostgresError if initdb fails, or the data has another major version
 */
export async function initialiseData(home: Home, durable: boolean): Promise<void> {
  const version = await readVersion(home.folder);
  if (version === null) await makeData(home, durable);
  else if (version !== String(home.binaries.major)) {
    throw new EmbeddedPostgresError(
      `The embedded database in ${home.folder} was made by PostgreSQL ${version.slice(0, 8)}, ` +
        `and this is PostgreSQL ${home.binaries.major}: ` +
        'run `npm run db:reset` to start with a new one (its data is lost).',
    );
  }
}

async function makeData(home: Home, durable: boolean): Promise<void> {
  const data = unfinished(dataOf(home.folder));
  try {
    await mkdir(data, { mode: 0o700 });
    if (home.user !== null) await lchown(data, home.user.uid, home.user.gid);
    const { exitCode, output } = await runProgram(
      home.binaries.initdb,
      [
        `--pgdata=${data}`,
        '--username=usher',
        `--pwfile=${passwordFile(home.folder)}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--no-locale',
        '--no-instructions',
        ...(durable ? [] : ['--no-sync']),
      ],
      home.user,
    );
    if (exitCode !== 0) {
      const said =
        output.match(/(?:error|FATAL|PANIC|HINT): .*/g)?.join(' ') ?? output.trim().split('\n').at(-1);
      throw new EmbeddedPostgresError(`The embedded database could not be made in ${home.folder}: ${said}`);
    }
    await rename(data, dataOf(home.folder));
  } catch (error) {
    await deleteAll(data);
    // If another first start was faster, its data is used.
    if ((await readVersion(home.folder)) === null) throw error;
  }
}

async function readVersion(folder: string): Promise<string | null> {
  try {
    return (await readFile(join(dataOf(folder), 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
