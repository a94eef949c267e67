import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.error.ts';
import { runProgram } from './run-program.ts';

export interface SystemUser {
  name: string;
  uid: number;
  gid: number;
}

/**
 * The user PostgreSQL must run as instead of us, or null when it can run as we do.
 *
 * PostgreSQL refuses to run as root. Data that is there already goes on belonging to its owner (someone may
 * run Usher by sudo once); new data goes to `postgres` or `nobody`. The user must be a known one: initdb
 * looks it up.
 *
 * @throws EmbeddedPostgresError when we are root and there is no such user
 */
export async function chooseSystemUser(folder: string): Promise<SystemUser | null> {
  if (process.getuid?.() !== 0) return null;
  const data = await lstat(join(folder, 'data')).catch(() => null);
  if (data !== null && data.uid !== 0) return { name: `with id ${data.uid}`, uid: data.uid, gid: data.gid };
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = await Promise.all([readId('-u', name), readId('-g', name)]);
    if (uid && gid) return { name, uid, gid };
  }
  throw new EmbeddedPostgresError(
    'PostgreSQL does not run as root, and this system has neither a user `postgres` nor a user `nobody`: ' +
      'run Usher as an ordinary user, or set DATABASE_URL.',
  );
}

async function readId(flag: '-u' | '-g', name: string): Promise<number | null> {
  const { exitCode, output } = await runProgram('id', [flag, name], null);
  return exitCode === 0 ? Number(output) : null;
}
