import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { respondReadiness } from '../../../src/api/http/readiness-endpoint.ts';
import { systemClock } from '../../../src/platform/db/clock.ts';
import { type DatabaseConnection, openDatabase } from '../../../src/platform/db/database.ts';
import { migrateDatabase } from '../../../src/platform/db/migrate.ts';
import { withClient } from '../../../src/platform/db/open-client.ts';
import { findWrongSettings, PINNED, READ_SETTINGS } from '../../../src/platform/db/pinned-settings.ts';
import { prepareDatabase } from '../../../src/platform/db/prepare-database.ts';
import { refunds, shows, tickets } from '../../../src/platform/db/tables/index.ts';
import { findQueueHosts, openQueuePool } from '../../../src/worker/open-queue-pool.ts';
import { cancelWithoutApi } from '../../support/cancel-ticket.ts';
import { type EmptyDatabase, makeEmptyDatabase } from '../../support/empty-database.ts';
import { givenCatalogue, givenTicket, HOUR } from '../../support/world.ts';

/** A database whose sessions read and write otherwise, unless they are told. */

const NAME = 'usher_test_settings';

const ODD: Record<string, string> = {
  DateStyle: "'SQL, DMY'",
  TimeZone: "'Asia/Kolkata'",
  IntervalStyle: "'sql_standard'",
  extra_float_digits: '-15',
  bytea_output: "'escape'",
  array_nulls: 'off',
  transform_null_equals: 'on',
  standard_conforming_strings: 'off',
  escape_string_warning: 'off',
  search_path: 'elsewhere',
};

let database: EmptyDatabase;
let pool: DatabaseConnection;
beforeAll(async () => {
  database = await makeEmptyDatabase(NAME);
  const { admin, url } = database;
  for (const [name, value] of Object.entries(ODD))
    await admin.unsafe(`alter database ${NAME} set ${name} = ${value}`);
  await migrateDatabase(url);
  pool = openDatabase({ url, poolSize: 2 });
  await givenCatalogue(pool.db);
});
afterAll(async () => {
  await pool?.close();
  await database.drop();
  await database.admin.end();
});

it('every setting that is pinned is odd in this test', () => {
  expect(Object.keys(ODD)).toEqual(expect.arrayContaining(Object.keys(PINNED)));
});

describe('its settings reach no session of', () => {
  it('a pool, in transactions and outside', async () => {
    const read = sql.raw(READ_SETTINGS);
    const rows = [
      ...(await pool.db.execute<Record<string, string>>(read)),
      ...(await pool.db.transaction((tx) => tx.execute<Record<string, string>>(read))),
    ];
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(findWrongSettings(row)).toEqual([]);
  });

  it('a command or a migration', async () => {
    const [row] = await withClient(database.url, (client) => client.unsafe(READ_SETTINGS));
    expect(findWrongSettings(row as never)).toEqual([]);
    expect(await migrateDatabase(database.url)).toEqual([]);
  });

  it('the job queue', async () => {
    const queue = openQueuePool(findQueueHosts(database.url), 1, () => {});
    const { rows } = await queue.query(READ_SETTINGS);
    const isolation = await queue.query('show default_transaction_isolation');
    await queue.end();
    expect(findWrongSettings(rows[0])).toEqual([]);
    expect(isolation.rows).toEqual([{ default_transaction_isolation: 'read committed' }]);
  });

  it('a start', async () => {
    await prepareDatabase(database.url, 'production');
    const tables = await withClient(
      database.url,
      (client) => client`select distinct schemaname from pg_tables where tablename = 'tickets'`,
    );
    expect([...tables]).toEqual([{ schemaname: 'public' }]);
  });
});

it('the fee of a show on 7 December, and the time of the cancellation, are those of any database', async () => {
  const { db } = pool;
  const showStart = new Date(`${new Date().getUTCFullYear() + 1}-12-07T18:30:00.250Z`);
  const bookingTime = new Date(Date.now() - HOUR);
  await givenTicket(db, { id: 'TKT-1', showStart, bookingTime, policyId: 'policy-tiered-10-20-v1' });
  const [show] = await db.select().from(shows);
  expect(show?.startTime).toEqual(showStart);
  const before = Date.now();
  expect(await cancelWithoutApi(db, systemClock, { ticketId: 'TKT-1' })).toMatchObject({ kind: 'cancelled' });
  const [ticket] = await db.select().from(tickets);
  const [refund] = await db.select().from(refunds);
  expect(refund?.cancellationFee).toBe(3_700n);
  const cancelledAt = ticket?.cancelledAt?.getTime() ?? 0;
  expect(cancelledAt).toBeGreaterThanOrEqual(before);
  expect(cancelledAt).toBeLessThanOrEqual(Date.now());
});

describe('a session that keeps them, as behind a proxy that drops settings,', () => {
  /** A pool as any other, of which each session changes one setting back. */
  async function withSetting<Result>(name: string, work: (pool: DatabaseConnection) => Promise<Result>) {
    const other = openDatabase({ url: database.url, poolSize: 2 });
    try {
      await other.db.execute(sql.raw(`set ${name} = ${ODD[name]}`));
      return await work(other);
    } finally {
      await other.close();
    }
  }

  it.each(Object.keys(PINNED))('with another %s is not ready, and says so in one line', async (name) => {
    const { status, body } = await withSetting(name, async ({ db }) => {
      const answer = { status: 0, body: '' };
      const response = {
        writeHead: (given: number) => {
          answer.status = given;
        },
        end: (text: string) => {
          answer.body = text;
        },
      };
      await respondReadiness(response as never, db, () => false);
      return answer;
    });
    expect(status).toBe(503);
    expect(body).toContain(`the database would be misread: ${name} is `);
    expect(body).not.toContain('\n');
  });

  it('reads no time wrong: it reads none', async () => {
    const select = ({ db }: DatabaseConnection) => db.select().from(shows);
    await expect(withSetting('DateStyle', select)).rejects.toThrow('not in the ISO style');
  });
});

it('settings in a URL cannot bring them back', async () => {
  const options = encodeURIComponent('-c DateStyle=SQL,DMY -c search_path=elsewhere');
  const url = `${database.url}${database.url.includes('?') ? '&' : '?'}options=${options}`;
  const own = openDatabase({ url, poolSize: 2 });
  const [row = {}] = await own.db.execute<Record<string, string>>(sql.raw(READ_SETTINGS));
  await own.close();
  const queue = openQueuePool(findQueueHosts(url), 1, () => {});
  const { rows } = await queue.query(READ_SETTINGS);
  await queue.end();
  expect([findWrongSettings(row), findWrongSettings(rows[0])]).toEqual([[], []]);
});

it('other programs on the database are not affected', async () => {
  const client = postgres(database.url, { max: 1, onnotice: () => {} });
  const rows = await client`show DateStyle`;
  await client.end();
  expect([...rows]).toEqual([{ DateStyle: 'SQL, DMY' }]);
});
