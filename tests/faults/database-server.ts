import { randomBytes } from 'node:crypto';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { removeEmbeddedPostgres } from '../../src/dev/embedded-postgres/remove-embedded-postgres.ts';
import { startEmbeddedPostgres } from '../../src/dev/embedded-postgres/start-embedded-postgres.ts';
import { migrateDatabase } from '../../src/platform/db/migrate.ts';

/** One database user per kind of process, to see whose statement waits for a lock. */
export const DATABASE_USERS = ['usher_api', 'usher_victim', 'usher_worker'] as const;
/** usher is this script. */
export type DatabaseUser = (typeof DATABASE_USERS)[number] | 'usher';

export interface DatabaseServer {
  url: string;
  urlOf(user: DatabaseUser): string;
  /** External connections without time-outs, to hold locks and to observe. */
  sql: postgres.Sql;
  remove(): Promise<void>;
}

interface ServerOptions {
  /** Needed to kill the server. */
  durable?: boolean;
  flags?: string[];
}

export async function startDatabaseServer(
  folder: string,
  { durable = false, flags = ['-c', 'max_connections=200'] }: ServerOptions = {},
): Promise<DatabaseServer> {
  // If root runs this, the server runs as another user, who needs access.
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
