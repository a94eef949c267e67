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
 * Chooses the user that PostgreSQL runs as. PostgreSQL refuses to run as root. Existing data keeps its owner, since
 * someone may run Usher with sudo once. New data belongs to `postgres` or `nobody`. initdb needs a user that the system
 * knows.
 *
 * @returns null if PostgreSQL can run as our own user
 * @throws EmbeddedPostgresError if we are root and the system has neither user
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
