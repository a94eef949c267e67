import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { Logger, runMigrations } from 'graphile-worker';
import postgres from 'postgres';
import { writableHost } from './hosts.ts';

/** Any number that no other program locks in the same database. */
export const MIGRATION_LOCK = 7_308_001;

const migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url));

/** A migration takes seconds, so that whoever waits longer waits for an instance that hangs. Milliseconds. */
const PATIENCE_MS = 60_000;
/** What waits for a table's lock makes everybody wait behind it: rather give up, and be started again. */
const LOCK_TIMEOUT_MS = 5_000;
const TELLS_AFTER_MS = 3_000;
const PAUSE_MS = 200;

/** Another instance does not end to migrate; the message says what to do. */
export class MigrationLockError extends Error {
  constructor(waitedMs: number) {
    super(
      `Another instance has been migrating the database for ${Math.round(waitedMs / 1_000)} seconds. If it is still at work, ` +
        'start this one again later. If it hangs, stop it; what it left behind is ended by: ' +
        'select pg_terminate_backend(pid) from pg_locks ' +
        `where locktype = 'advisory' and objid = ${MIGRATION_LOCK}`,
    );
  }
}

/**
 * Brings the database's tables and the job queue's up to date. Instances that start at once take turns.
 *
 * @param tell is told when it has to wait for another one
 * @throws MigrationLockError when it waits longer than its patience
 */
export async function migrateDatabase(
  url: string,
  tell: (line: string) => void = () => {},
  patienceMs = PATIENCE_MS,
): Promise<void> {
  // The queue's migrations come with a driver that knows of one host only.
  const host = await writableHost(url);
  await withMigrationLock(host, patienceMs, tell, async (client) => {
    // On Citus, several changes in one transaction; elsewhere nobody reads it.
    await client`set citus.multi_shard_modify_mode = 'sequential'`;
    await migrate(drizzle(client), { migrationsFolder });
    await runMigrations({ connectionString: host, logger: new Logger(() => () => {}) });
  });
}

/** Whether the database has every migration of this version. */
export async function isMigrated(client: postgres.Sql): Promise<boolean> {
  const [table] = await client`select to_regclass('drizzle.__drizzle_migrations') is not null as there`;
  if (!table?.there) return false;
  const done = await client`select created_at::float as at from drizzle.__drizzle_migrations`;
  const times = new Set(done.map(({ at }) => at));
  return readMigrationFiles({ migrationsFolder }).every(({ folderMillis }) => times.has(folderMillis));
}

/** Changes the schema over one connection, while no other instance does. */
export async function withMigrationLock<Result>(
  url: string,
  patienceMs: number,
  tell: (line: string) => void,
  work: (client: postgres.Sql) => Promise<Result>,
): Promise<Result> {
  const connection = { lock_timeout: LOCK_TIMEOUT_MS };
  const client = postgres(url, { max: 1, connect_timeout: 5, connection, onnotice: () => {} });
  try {
    // The role may have a time-out for requests; an index takes what it takes.
    await client`set statement_timeout = 0`;
    await takeMigrationLock(client, tell, patienceMs);
    return await work(client);
  } finally {
    await client.end({ timeout: 5 });
  }
}

/** Asks again and again: a statement that waits would hold a snapshot, for which some migrations would wait. */
async function takeMigrationLock(
  client: postgres.Sql,
  tell: (line: string) => void,
  patienceMs: number,
): Promise<void> {
  const startedAt = Date.now();
  let isTold = false;
  for (;;) {
    const [row] = await client`select pg_try_advisory_lock(${MIGRATION_LOCK}) as taken`;
    if (row?.taken) return;
    const waited = Date.now() - startedAt;
    if (waited > patienceMs) throw new MigrationLockError(waited);
    if (waited > TELLS_AFTER_MS && !isTold) {
      isTold = true;
      tell('Another instance migrates the database: waiting for it ...');
    }
    await sleep(PAUSE_MS);
  }
}
