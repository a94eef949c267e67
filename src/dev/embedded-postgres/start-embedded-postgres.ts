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
  /** postgres:// URL of the database `usher` on 127.0.0.1, with its random password */
  url: string;
  /**
   * Stops the server: at once for idle connections, rolling back open transactions; without a checkpoint when
   * that takes over 20 s. Callers drain first. May be called again.
   */
  stop(): Promise<void>;
  /**
   * one line worth printing, such as that the data lives elsewhere because the clone is in a private folder;
   * or null
   */
  notice: string | null;
}

export interface EmbeddedPostgresOptions {
  /** holds `data`, `password` and `postgres.log`; made when missing */
  dataFolder: string;
  /**
   * false, for tests, is faster: a killed server loses the last commits, a power failure everything. Default
   * true
   */
  durable?: boolean;
  /**
   * further arguments of the `postgres` program, such as ['-c', 'max_connections=20']. An adopted server
   * keeps its own
   */
  flags?: string[];
}

/**
 * Starts the development database: a real PostgreSQL server, on loopback only, that this process owns until
 * `stop()` or its death. The server of a killed Usher is adopted as it is. The process does not end by itself
 * before `stop()`.
 *
 * @throws EmbeddedPostgresError when another Usher owns the folder, the folder cannot be used, or the server
 * cannot run
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
