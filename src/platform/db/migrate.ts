import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { Logger, runMigrations } from 'graphile-worker';
import { migrations as queueMigrations } from 'graphile-worker/dist/generated/sql.js';
import pg from 'pg';
import type postgres from 'postgres';
import { checkEnvironment, type DatabaseEnvironment } from './database-environment.ts';
import { fillListCopies } from './fill-list-copies.ts';
import { writableHost } from './hosts.ts';
import { openClient } from './open-client.ts';
import { QueueClient } from './queue-connection.ts';

/** The key of the advisory lock: any number that no other program uses in the same database. */
export const MIGRATION_LOCK = 7_308_001;

const migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url));

/** A migration takes seconds, so an instance that holds the lock longer hangs. */
const DEFAULT_TIMEOUT_MS = 60_000;
/** A statement that waits for a table's lock blocks all later ones, so a migration gives up instead. */
const LOCK_TIMEOUT_MS = 5_000;
const REPORT_AFTER_MS = 3_000;
const PAUSE_MS = 200;

/** Another instance holds the migration lock for too long. The message says what to do. */
export class MigrationLockError extends Error {
  constructor(waitedMs: number) {
    super(
      `Another instance has been migrating the database for ${Math.round(waitedMs / 1_000)} seconds. If it is still at work, ` +
        'start this one again later. If it hangs, stop it; what it left behind is ended by: ' +
        'select pg_terminate_backend(pid) from pg_locks ' +
        `where locktype = 'advisory' and objid = ${MIGRATION_LOCK} ` +
        // Other databases of the same server may be migrating too.
        'and database = (select oid from pg_database where datname = current_database())',
    );
  }
}

export interface MigrationOptions {
  /** Recorded in the database unless one is recorded already. Null records nothing. */
  environment?: DatabaseEnvironment | null;
  /** Receives a line when the migration waits for another instance, and after each batch of rows. */
  onProgress?: (line: string) => void;
  timeoutMs?: number;
}

/**
 * Migrates the tables of Usher and of the job queue. Concurrent instances wait for each other.
 *
 * @returns the names of the migrations that were applied, in order
 * @throws MigrationLockError when it waits longer than `timeoutMs`
 * @throws DatabaseRefusedError when the database belongs to another environment
 */
export async function migrateDatabase(
  url: string,
  { environment = null, onProgress = () => {}, timeoutMs = DEFAULT_TIMEOUT_MS }: MigrationOptions = {},
): Promise<string[]> {
  // The driver of the queue's migrations connects to one host only.
  const host = await writableHost(url);
  return await withMigrationLock(host, timeoutMs, onProgress, async (client) => {
    const isMarked = environment === null || (await checkEnvironment(client, environment));
    // Citus needs it for several changes in one transaction; elsewhere it has no effect.
    await client`set citus.multi_shard_modify_mode = 'sequential'`;
    const ours = await findMissing(client);
    if (ours.length > 0) await migrate(drizzle(client), { migrationsFolder });
    await fillListCopies(client, (filled) =>
      onProgress(`${filled} tickets have copies of their show's times.`),
    );
    const queue = await findMissingOfQueue(client);
    if (queue.length > 0) await migrateQueue(host);
    if (!isMarked) await client`insert into database_environment (environment) values (${environment})`;
    return [...ours, ...queue.map((name) => `job queue ${name}`)];
  });
}

async function migrateQueue(url: string): Promise<void> {
  const Client = class extends QueueClient {
    constructor() {
      super(url);
    }
  };
  const pgPool = new pg.Pool({ max: 2, Client });
  // A lost connection fails the migration that uses it; an error without a listener would end the process.
  pgPool.on('error', () => {});
  pgPool.on('connect', (client) => client.on('error', () => {}));
  try {
    await runMigrations({ pgPool, logger: new Logger(() => () => {}) });
  } finally {
    await pgPool.end();
  }
}

/** The migrations of this version, in order. The database records their `when`. */
const MIGRATIONS: readonly { when: number; tag: string }[] = JSON.parse(
  readFileSync(join(migrationsFolder, 'meta/_journal.json'), 'utf8'),
).entries;

/** The names of the migrations of this version that the database lacks, in order. */
export async function findMissing(client: postgres.Sql): Promise<string[]> {
  return (await readMigrations(client)).missing;
}

export interface MigrationsRead {
  missing: string[];
  /** Whether the database has any of our migrations. */
  isOurs: boolean;
  /** How many it has that this version does not know: later ones, or another program's. */
  others: number;
}

/** Compares the migrations in the database with those of this version. */
export async function readMigrations(client: postgres.Sql): Promise<MigrationsRead> {
  const [table] = await client`select to_regclass('drizzle.__drizzle_migrations') is not null as there`;
  const done = table?.there
    ? await client`select (to_jsonb(done) ->> 'created_at')::float as at from drizzle.__drizzle_migrations as done`
    : [];
  const times = new Set<number>(done.map(({ at }) => at));
  const missing = MIGRATIONS.filter(({ when }) => !times.has(when)).map(({ tag }) => tag);
  const had = MIGRATIONS.length - missing.length;
  return { missing, isOurs: had > 0, others: times.size - had };
}

/** The names of the job queue's migrations that the database lacks. */
export async function findMissingOfQueue(client: postgres.Sql): Promise<string[]> {
  const [table] = await client`select to_regclass('graphile_worker.migrations') is not null as there`;
  const done = table?.there ? await client`select id from graphile_worker.migrations` : [];
  const ids = new Set(done.map(({ id }) => id));
  return Object.keys(queueMigrations)
    .filter((file) => !ids.has(Number.parseInt(file, 10)))
    .map((file) => file.replace('.sql', ''));
}

/** Runs work on one connection that holds the migration lock, so no other instance changes the schema. */
export async function withMigrationLock<Result>(
  url: string,
  timeoutMs: number,
  onProgress: (line: string) => void,
  work: (client: postgres.Sql) => Promise<Result>,
): Promise<Result> {
  const connection = { lock_timeout: LOCK_TIMEOUT_MS };
  const client = openClient(url, { max: 1, connection });
  try {
    // The role may have a time-out for requests, but creating an index can take longer.
    await client`set statement_timeout = 0`;
    await takeMigrationLock(client, onProgress, timeoutMs);
    return await work(client);
  } finally {
    await client.end({ timeout: 5 });
  }
}

/** Polls, because a waiting statement would hold a snapshot, for which some migrations wait. */
async function takeMigrationLock(
  client: postgres.Sql,
  onProgress: (line: string) => void,
  timeoutMs: number,
): Promise<void> {
  const startedAt = Date.now();
  let isReported = false;
  for (;;) {
    const [row] = await client`select pg_try_advisory_lock(${MIGRATION_LOCK}) as taken`;
    if (row?.taken) return;
    const waited = Date.now() - startedAt;
    if (waited > timeoutMs) throw new MigrationLockError(waited);
    if (waited > REPORT_AFTER_MS && !isReported) {
      isReported = true;
      onProgress('Another instance migrates the database: waiting for it ...');
    }
    await sleep(PAUSE_MS);
  }
}
