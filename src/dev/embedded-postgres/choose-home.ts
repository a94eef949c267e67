import { chmod, mkdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseSystemUser, type SystemUser } from './choose-system-user.ts';
import { copyBinaries } from './copy-binaries.ts';
import { EmbeddedPostgresError } from './embedded-postgres.error.ts';
import type { Binaries } from './find-binaries.ts';
import { homesElsewhere, makeOwnFolder } from './home-elsewhere.ts';
import { runProgram } from './run-program.ts';
import { deleteAll } from './unfinished-work.ts';

/**
 * The folder of the database, and the user that it runs as. As root, we keep owning the folder, and only `data`, the
 * password and the log belong to that user, so that it cannot place a link where we write.
 */
export interface Home {
  folder: string;
  binaries: Binaries;
  /** Null: our own user. */
  user: SystemUser | null;
  /** A line to print, or null. */
  notice: string | null;
}

/**
 * Chooses the data folder itself. If we are root, and the user of PostgreSQL cannot reach that folder or the programs
 * (as with a clone in /root), chooses a folder elsewhere.
 *
 * @throws EmbeddedPostgresError if no folder is reachable; errors of the file system are passed on
 */
export async function chooseHome(dataFolder: string, binaries: Binaries): Promise<Home> {
  const created = await mkdir(dataFolder, { recursive: true });
  const user = await chooseSystemUser(dataFolder);
  const home = { folder: dataFolder, binaries, user, notice: null };
  if (user === null) return home;
  if (created !== undefined) await chmod(dataFolder, 0o711);
  if (await canReach(user, dataFolder, binaries)) return home;
  return findHomeElsewhere(dataFolder, binaries, user);
}

async function findHomeElsewhere(
  dataFolder: string,
  binaries: Binaries,
  outsider: SystemUser,
): Promise<Home> {
  for (const folder of homesElsewhere(dataFolder)) {
    if (!(await makeOwnFolder(folder))) continue;
    const user = (await chooseSystemUser(folder)) ?? outsider;
    const copy = await copyBinaries(binaries, folder);
    if (!(await canReach(user, folder, copy))) {
      await deleteAll(copy.native);
      await rmdir(folder).catch(() => undefined); // keeps a folder with data
      continue;
    }
    const notice =
      `The embedded database is in ${folder}: PostgreSQL does not run as root, ` +
      `and the system user ${user.name} cannot reach ${dataFolder} or node_modules (a private folder).`;
    return { folder, binaries: copy, user, notice };
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and the system user ${outsider.name} can reach neither ${dataFolder} ` +
      'nor a temporary folder: move the clone out of the private folder, run as an ordinary user, ' +
      'or set DATABASE_URL.',
  );
}

async function canReach(
  user: SystemUser,
  folder: string,
  { native, initdb, pgCtl, postgres }: Binaries,
): Promise<boolean> {
  // Tries it as that user: the mode alone does not tell (ACLs, noexec mounts).
  const script = 'test -x "$1" && test -r "$2" && test -x "$3" && test -x "$4" && exec "$5" --version';
  try {
    const paths = [folder, join(native, 'share'), initdb, pgCtl, postgres];
    return (await runProgram('/bin/sh', ['-c', script, 'sh', ...paths], user)).exitCode === 0;
  } catch (cause) {
    throw new EmbeddedPostgresError(
      'PostgreSQL does not run as root, and this root may not run programs as ' +
        `the system user ${user.name}: ` +
        'run as an ordinary user, or set DATABASE_URL.',
      { cause },
    );
  }
}
