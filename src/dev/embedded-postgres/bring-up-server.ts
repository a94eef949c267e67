import { setTimeout as sleep } from 'node:timers/promises';
import { awaitServer } from './await-server.ts';
import type { Home } from './choose-home.ts';
import { EmbeddedPostgresError } from './embedded-postgres.error.ts';
import { findPostmaster, type Postmaster } from './find-postmaster.ts';
import { dataOf } from './initialise-data.ts';
import { logOf } from './server-log.ts';
import { type ServerOptions, type StartFailure, startServer } from './start-server.ts';
import { stopServer } from './stop-server.ts';

/** About 10 s in all: backends of a killed server may need that long to exit. */
const MAX_STARTS = 30;
const PAUSE_MS = 300;

/**
 * Returns a server that accepts connections: the running one, else a new one. A running server may be an orphan or
 * belong to another Usher, which the ownership lock tells.
 *
 * @throws EmbeddedPostgresError with the server's reason if it does not start
 */
export async function bringUpServer(
  home: Home,
  password: string,
  options: ServerOptions,
): Promise<Postmaster> {
  const data = dataOf(home.folder);
  let failure: StartFailure | null = null;
  for (let starts = 0; ; starts++) {
    const server = await findPostmaster(data);
    try {
      const ready = server && (await awaitServer(data, server, password));
      if (ready !== null) return ready;
    } catch (error) {
      // A server that we started but cannot connect to must not keep running.
      if (server !== null && starts > 0 && failure === null) await stopServer(home, server);
      throw error;
    }
    if (failure?.isPassing === false || starts === MAX_STARTS) {
      throw new EmbeddedPostgresError(
        `The embedded database in ${home.folder} did not start: ${failure?.reason ?? 'it ended at once'} ` +
          `(see ${logOf(home.folder)}). If nothing else helps, \`npm run db:reset\` makes a new one ` +
          '(its data is lost).',
      );
    }
    if (failure !== null) await sleep(PAUSE_MS);
    failure = await startServer(home, options);
  }
}
