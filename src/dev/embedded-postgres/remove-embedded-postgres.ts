import { lstat, rename, rmdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { awaitServer } from './await-server.ts';
import { chooseHome } from './choose-home.ts';
import { chooseSystemUser } from './choose-system-user.ts';
import { passwordFile, readPassword } from './database-password.ts';
import { explainFolderError } from './embedded-postgres.error.ts';
import { findBinaries } from './find-binaries.ts';
import { findPostmaster, type Postmaster } from './find-postmaster.ts';
import { homesElsewhere, isOwnFolder } from './home-elsewhere.ts';
import { dataOf } from './initialise-data.ts';
import { alreadyRunning } from './own-server.ts';
import { takeOwnership } from './ownership-lock.ts';
import { logOf } from './server-log.ts';
import { stopServer } from './stop-server.ts';
import { deleteAll, someoneIsWorkingIn, sweepUnfinished, unfinished } from './unfinished-work.ts';

/**
 * Deletes the embedded database of this data folder, if there is one. First stops a server that a killed Usher left
 * running.
 *
 * @throws EmbeddedPostgresError if a running Usher owns it, or it cannot be deleted
 */
export async function removeEmbeddedPostgres(options: { dataFolder: string }): Promise<void> {
  const dataFolder = resolve(options.dataFolder);
  try {
    if (process.getuid?.() === 0) {
      for (const folder of homesElsewhere(dataFolder)) {
        if (!(await isOwnFolder(folder))) continue;
        await removeDatabase(dataFolder, folder);
        await deleteAll(folder);
      }
    }
    if ((await lstat(dataFolder).catch(() => null)) === null) return;
    await removeDatabase(dataFolder, dataFolder);
    // Files of others in the folder stay.
    await rmdir(dataFolder).catch(() => undefined);
  } catch (error) {
    throw explainFolderError(dataFolder, error);
  }
}

async function removeDatabase(dataFolder: string, folder: string): Promise<void> {
  if (await someoneIsWorkingIn(folder)) throw alreadyRunning(folder);
  const server = await findPostmaster(dataOf(folder));
  if (server !== null) await stopOrphan(dataFolder, folder, server);
  try {
    // Renamed first, so that a concurrent start finds all of it or nothing.
    await rename(dataOf(folder), unfinished(dataOf(folder)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  await deleteAll(unfinished(dataOf(folder)));
  await deleteAll(passwordFile(folder));
  await deleteAll(logOf(folder));
  await sweepUnfinished(folder);
}

async function stopOrphan(dataFolder: string, folder: string, server: Postmaster): Promise<void> {
  const password = (await readPassword(folder)) ?? 'lost';
  const ready = await awaitServer(dataOf(folder), server, password);
  if (ready === null) return;
  const lock = await takeOwnership({ port: ready.port, password });
  if (lock === null) throw alreadyRunning(folder);
  try {
    const { binaries } = await chooseHome(dataFolder, await findBinaries());
    await stopServer({ folder, binaries, user: await chooseSystemUser(folder) }, server);
  } finally {
    await lock.release();
  }
}
