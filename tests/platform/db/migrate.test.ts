import postgres from 'postgres';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { explainFailure } from '../../../src/app/config/explain-failure.ts';
import { MIGRATION_LOCK, migrateDatabase } from '../../../src/platform/db/migrate.ts';
import { type EmptyDatabase, makeEmptyDatabase } from '../../support/empty-database.ts';
import { migrateUntil } from '../../support/migrate-until.ts';

const NAME = 'usher_test_migrations';

let database: EmptyDatabase;
let admin: postgres.Sql;
let outsider: postgres.Sql;
let url: string;
beforeEach(async () => {
  database = await makeEmptyDatabase(NAME);
  ({ admin, url } = database);
  outsider = postgres(url, { max: 1 });
});
afterEach(async () => {
  await outsider.end();
  await database.drop();
  await admin.end();
});

it('five concurrent instances migrate an empty database once', async () => {
  await Promise.all(Array.from({ length: 5 }, () => migrateDatabase(url)));
  const ours =
    await outsider`select hash, count(*)::int as count from drizzle.__drizzle_migrations group by 1`;
  expect(ours.length).toBeGreaterThan(0);
  expect(ours.map(({ count }) => count)).toEqual(ours.map(() => 1));
  const [queue] = await outsider`select count(*)::int as count from graphile_worker.migrations`;
  expect(queue?.count).toBeGreaterThan(0);
});

it('an instance that waits for another reports it, then migrates', async () => {
  await outsider`select pg_advisory_lock(${MIGRATION_LOCK})`;
  const lines: string[] = [];
  const waiting = migrateDatabase(url, { onProgress: (line) => lines.push(line) });
  await expect.poll(() => lines).toHaveLength(1);
  expect(lines[0]).toMatch(/Another instance/);
  await outsider`select pg_advisory_unlock(${MIGRATION_LOCK})`;
  await waiting;
  expect(await outsider`select from tickets`).toEqual([]);
});

it('an instance that waits too long gives up and says what to do', async () => {
  await outsider`select pg_advisory_lock(${MIGRATION_LOCK})`;
  const [row] = await outsider`select pg_backend_pid() as pid`;
  const error = await migrateDatabase(url, { timeoutMs: 300 }).catch((error: Error) => error);
  expect(String(error)).toContain('Another instance');
  // The statement in the message finds the connection that holds the lock.
  const advice = /select pg_terminate_backend\(pid\)(.*)$/.exec(String(error))?.[1] ?? '';
  expect([...(await outsider.unsafe(`select pid ${advice}`))]).toEqual([{ pid: row?.pid }]);
  const [other] = await admin`select pg_try_advisory_lock(${MIGRATION_LOCK}), pg_backend_pid() as pid`;
  expect([...(await outsider.unsafe(`select pid ${advice}`))]).not.toContainEqual({ pid: other?.pid });
});

it('a migration that cannot lock a table gives up, and works later', async () => {
  await migrateUntil(outsider, '0006_tickets-as-listed');
  await outsider.begin(async (tx) => {
    await tx`lock table tickets in row exclusive mode`;
    const error = await migrateDatabase(url).catch((error: unknown) => error);
    expect(explainFailure(error)).toContain('A migration did not get a table');
  });
  await migrateDatabase(url);
  expect(await outsider`select from pg_indexes where indexname = 'tickets_as_listed'`).toHaveLength(1);
});
