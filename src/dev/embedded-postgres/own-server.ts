import { bringUpServer } from './bring-up-server.ts';
import type { Home } from './choose-home.ts';
import { connect, type ServerAddress } from './connect.ts';
import { EmbeddedPostgresError } from './embedded-postgres.error.ts';
import type { Postmaster } from './find-postmaster.ts';
import { type OwnershipLock, takeOwnership } from './ownership-lock.ts';
import type { ServerOptions } from './start-server.ts';
import { stopServer } from './stop-server.ts';

export interface OwnedServer {
  server: Postmaster;
  address: ServerAddress;
  lock: OwnershipLock;
}

const ATTEMPTS = 5;

/**
 * Starts or adopts the server, and makes this process its owner.
 *
 * @throws EmbeddedPostgresError if another running Usher owns it, or it does not start
 */
export async function ownServer(home: Home, password: string, options: ServerOptions): Promise<OwnedServer> {
  for (let attempt = 1; ; attempt++) {
    const server = await bringUpServer(home, password, options);
    const address = { port: server.port, password };
    let lock: OwnershipLock | null = null;
    try {
      lock = await takeOwnership(address);
      if (lock === null) throw alreadyRunning(home.folder);
      await createDatabase(address);
      return { server, address, lock };
    } catch (error) {
      // The previous owner may have been stopping the server. Try again, with a new one.
      const isRetryable = isLostConnection(error) && attempt < ATTEMPTS;
      if (lock !== null && !isRetryable) await stopServer(home, server);
      await lock?.release();
      if (!isRetryable) throw error;
    }
  }
}

export function alreadyRunning(folder: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `Usher is already running from this folder (its database in ${folder} is in use): stop that one first.`,
  );
}

function isLostConnection(error: unknown): boolean {
  const { code } = error as { code?: string };
  return /^(57P0[1-3]|E[A-Z]+|CONNECT\w+)$/.test(code ?? '');
}

/** Creates the database `usher` unless it exists. */
async function createDatabase(address: ServerAddress): Promise<void> {
  const sql = connect(address);
  try {
    const found = await sql`select from pg_database where datname = 'usher'`;
    if (found.length === 0) await sql`create database usher`;
  } finally {
    await sql.end({ timeout: 1 });
  }
}
