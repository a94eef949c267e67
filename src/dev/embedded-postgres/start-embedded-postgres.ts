import { resolve } from 'node:path';
import { chooseHome } from './choose-home.ts';
import { urlOf } from './connect.ts';
import { readOrMakePassword } from './database-password.ts';
import { EmbeddedPostgresError, explainFolderError } from './embedded-postgres.error.ts';
import { findBinaries } from './find-binaries.ts';
import { initialiseData } from './initialise-data.ts';
import { ownServer } from './own-server.ts';
import { stopServer } from './stop-server.ts';
import { sweepUnfinished } from './unfinished-work.ts';

export { EmbeddedPostgresError };

export interface EmbeddedPostgres {
  /** The postgres:// URL of the database `usher` on 127.0.0.1, with its random password. */
  url: string;
  /**
   * Stops the server (fast shutdown), which rolls back open transactions. After 20 s, stops it without a checkpoint.
   * Callers drain first. May be called again.
   */
  stop(): Promise<void>;
  /** A line to print, such as that the data is elsewhere because the clone is in a private folder. Or null. */
  notice: string | null;
}

export interface EmbeddedPostgresOptions {
  /** The folder of `data`, `password` and `postgres.log`. Created if missing. */
  dataFolder: string;
  /** Default true. false is faster, for tests: a kill loses the last commits, a power failure everything. */
  durable?: boolean;
  /** More arguments of `postgres`, such as ['-c', 'max_connections=20']. An adopted server keeps its own. */
  flags?: string[];
}

/**
 * Starts the development database: a real PostgreSQL server, on loopback only. This process owns it until `stop()`, and
 * does not exit before that. The running server of a killed Usher is adopted as it is.
 *
 * @throws EmbeddedPostgresError if another Usher owns the folder, the folder cannot be used, or the server cannot run
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { durable = true, flags = [] } = options;
  const dataFolder = resolve(options.dataFolder);
  try {
    const home = await chooseHome(dataFolder, await findBinaries());
    refuseShellCharacters(home.folder);
    refuseShellCharacters(home.binaries.native);
    await sweepUnfinished(home.folder);
    const password = await readOrMakePassword(home.folder, home.user);
    await initialiseData(home, durable);
    const { server, address, lock } = await ownServer(home, password, { durable, flags });
    let stopped: Promise<void> | undefined;
    const stop = () => {
      stopped ??= stopServer(home, server).finally(lock.release);
      return stopped;
    };
    return { url: urlOf(address), stop, notice: home.notice };
  } catch (error) {
    throw explainFolderError(dataFolder, error);
  }
}

/** initdb and pg_ctl put paths between double quotes into shell commands, and escape nothing in them. */
function refuseShellCharacters(path: string): void {
  const special = process.platform === 'win32' ? /["%\n]/ : /["$`\\\n]/;
  if (!special.test(path)) return;
  throw new EmbeddedPostgresError(
    'The embedded PostgreSQL cannot work in a folder whose name has ", $, `, \\ or a line break ' +
      `(${JSON.stringify(path)}): ` +
      'rename it, or set DATABASE_URL.',
  );
}
