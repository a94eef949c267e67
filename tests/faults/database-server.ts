import { randomBytes } from 'node:crypto';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { removeEmbeddedPostgres } from '../../src/dev/embedded-postgres/remove-embedded-postgres.ts';
import { startEmbeddedPostgres } from '../../src/dev/embedded-postgres/start-embedded-postgres.ts';
import { migrateDatabase } from '../../src/platform/db/migrate.ts';

/** A user of the database for each kind of process, so that it can be seen whose statement waits for a lock. */
export const DATABASE_USERS = ['usher_api', 'usher_victim', 'usher_worker'] as const;
/** usher is this script. */
export type DatabaseUser = (typeof DATABASE_USERS)[number] | 'usher';

export interface DatabaseServer {
  url: string;
  urlOf(user: DatabaseUser): string;
  /** Connections from outside, without time-outs, to hold locks and to look on. */
  sql: postgres.Sql;
  remove(): Promise<void>;
}

interface ServerOptions {
  /** Whoever kills the server needs it. */
  durable?: boolean;
  flags?: string[];
}

export async function startDatabaseServer(
  folder: string,
  { durable = false, flags = ['-c', 'max_connections=200'] }: ServerOptions = {},
): Promise<DatabaseServer> {
  // Run by root, the server is another user's, who has to get there.
  await chmod(folder, 0o755);
  const dataFolder = join(folder, 'postgres');
  const server = await startEmbeddedPostgres({ dataFolder, durable, flags });
  const sql = postgres(server.url, { max: 8, onnotice: () => {} });
  await migrateDatabase(server.url);
  const password = randomBytes(16).toString('hex');
  for (const user of DATABASE_USERS)
    await sql.unsafe(`create role ${user} superuser login password '${password}'`);
  return {
    url: server.url,
    urlOf: (user) => Object.assign(new URL(server.url), { username: user, password }).href,
    sql,
    remove: async () => {
      await sql.end({ timeout: 5 });
      await server.stop();
      await removeEmbeddedPostgres({ dataFolder });
      await rm(folder, { recursive: true, force: true });
    },
  };
}
