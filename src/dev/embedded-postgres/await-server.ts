import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type ServerAddress } from './connect.ts';
import { EmbeddedPostgresError } from './embedded-postgres.error.ts';
import { findPostmaster, isSameRun, type Postmaster } from './find-postmaster.ts';

const GIVE_UP_AFTER_MS = 60_000;
const QUERY_TIMEOUT_MS = 6_000;
const PAUSE_MS = 50;

/**
 * Waits until a running server accepts connections. It may be starting, recovering or shutting down (57P03).
 *
 * @returns the server with its current port; null if it has stopped
 * @throws EmbeddedPostgresError if it rejects our password, or does not answer within 60 s
 */
export async function awaitServer(
  data: string,
  postmaster: Postmaster,
  password: string,
): Promise<Postmaster | null> {
  const giveUp = Date.now() + GIVE_UP_AFTER_MS;
  for (let server = postmaster; ; ) {
    const refusal = await ask({ port: server.port, password });
    if (refusal === null) return server;
    const current = await findPostmaster(data);
    if (current === null || !isSameRun(current, postmaster)) return null;
    if (refusal === '28P01') {
      throw new EmbeddedPostgresError(
        `The embedded database in ${data} does not accept the password beside it. ` +
          `Stop its server if it still runs (process ${server.pid}) and run \`npm run db:reset\` ` +
          '(its data is lost).',
      );
    }
    if (Date.now() > giveUp) {
      throw new EmbeddedPostgresError(
        `The embedded database in ${data} (process ${server.pid}) does not answer (${refusal}): ` +
          'wait, or stop that process, then try again.',
      );
    }
    await sleep(PAUSE_MS);
    server = current;
  }
}

/** @returns null if the server answers a query, else the code of the error */
async function ask(address: ServerAddress): Promise<string | null> {
  if (!Number.isInteger(address.port)) return 'no port yet';
  const sql = connect(address);
  // The client reconnects forever to a server that accepts and closes connections, so it needs this timeout.
  const limit = setTimeout(() => void sql.end({ timeout: 0 }), QUERY_TIMEOUT_MS);
  try {
    await sql`select 1`;
    return null;
  } catch (error) {
    return (error as { code?: string }).code ?? 'unknown';
  } finally {
    clearTimeout(limit);
    await sql.end({ timeout: 0 });
  }
}
