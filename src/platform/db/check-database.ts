import { getTableName, is } from 'drizzle-orm';
import { isPgEnum, PgTable } from 'drizzle-orm/pg-core';
import type postgres from 'postgres';
import { checkEnvironment, type DatabaseEnvironment } from './database-environment.ts';
import { DatabaseRefusedError } from './database-refused.error.ts';
import { type MigrationsRead, readMigrations } from './migrate.ts';
import { withClient } from './open-client.ts';
import { describeWrong, readWrongSettings } from './pinned-settings.ts';
import * as tables from './tables/index.ts';

const OLDEST = 15;
const NEWEST = 18;

/**
 * Checks, without writing, that Usher may use a database.
 *
 * @throws DatabaseRefusedError if it belongs to another environment or program, or is not supported
 */
export async function checkDatabase(url: string, environment: DatabaseEnvironment): Promise<void> {
  await withClient(url, async (client) => {
    await checkServer(client);
    await checkTables(client);
    await checkEnvironment(client, environment);
  });
}

/**
 * Checks the server's version, the database's encoding and the settings of the session.
 *
 * @throws DatabaseRefusedError
 */
export async function checkServer(client: Pick<postgres.Sql, 'unsafe'>): Promise<void> {
  const [row] = await client.unsafe<{ version: string; number: number; encoding: string }[]>(`
    select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
      current_setting('server_encoding') as encoding`);
  if (!row) throw new Error('a SELECT without FROM returned no row');
  const major = Math.floor(row.number / 10_000);
  if (major < OLDEST || major > NEWEST)
    throw new DatabaseRefusedError(
      `The database is PostgreSQL ${row.version}. Usher runs on PostgreSQL ${OLDEST} to ${NEWEST}.`,
    );
  if (row.encoding !== 'UTF8')
    throw new DatabaseRefusedError(
      `The database's encoding is ${row.encoding}. Usher needs UTF8: CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0.`,
    );
  const wrong = await readWrongSettings(client);
  if (wrong.length > 0)
    throw new DatabaseRefusedError(
      `The sessions of this database would misread its values: ${describeWrong(wrong)}. Usher sets this at the start of a session, so a pooler or proxy drops it: set it for the role (ALTER ROLE ... SET), or connect directly.`,
    );
}

/**
 * Checks that no other program has created tables or types that Usher creates.
 *
 * @returns the migrations of the database
 * @throws DatabaseRefusedError
 */
export async function checkTables(client: postgres.Sql): Promise<MigrationsRead> {
  const names = Object.values(tables).flatMap((one) => {
    if (isPgEnum(one)) return [one.enumName];
    return is(one, PgTable) ? [getTableName(one)] : [];
  });
  // Every table and view has a type of the same name.
  const found = await client<{ name: string }[]>`
    select typname as name from pg_type
    where typnamespace = 'public'::regnamespace and typname = any(${names}) order by 1`;
  // Read after the types, so that a concurrent migration does not look like another program's.
  const read = await readMigrations(client);
  if (read.isOurs) return read;
  const queue = await client`select to_regclass('graphile_worker.migrations') is not null as there`;
  if (read.others === 0 && found.length === 0 && !queue[0]?.there) return read;
  const whose = found[0] ? `${found[0].name} in the schema public` : 'tables of migrations or a job queue';
  throw new DatabaseRefusedError(
    `Another program has made ${whose} of this database. Nothing was changed. Give Usher a database of its own.`,
  );
}
