import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DatabaseConnection, openDatabase } from '../../src/db/database.ts';
import { type Pgbouncer, startPgbouncer } from './pgbouncer.ts';
import { createPooledDatabase, type PooledDatabase } from './pooled-database.ts';

let database: PooledDatabase;
let pgbouncer: Pgbouncer;
let pool: DatabaseConnection;
beforeAll(async () => {
  database = await createPooledDatabase({ connections: 10 });
  pgbouncer = await startPgbouncer(database.url, { poolSize: 3, clients: 100 });
  pool = openDatabase({ url: pgbouncer.url, poolSize: 4, pooler: { prepare: false } });
});
afterAll(async () => {
  await pool.close();
  await pgbouncer.close();
  await database.close();
});

it('mixed', async () => {
  const asked = Array.from({ length: 200 }, (_, n) =>
    n % 2 ? pool.db.execute(sql`select ${n}::int as n`) : pool.db.execute(sql`select 1 as n`),
  );
  const got = await Promise.allSettled(asked);
  expect(got.filter(({ status }) => status === 'rejected')).toEqual([]);
});

it('tx', async () => {
  const asked = Array.from({ length: 20 }, (_, n) =>
    pool.db.transaction(async (tx) => {
      const [a, b] = await Promise.all([
        tx.execute(sql`select ${n}::int as n, pg_backend_pid() as pid`),
        tx.execute(sql`select txid_current() as t, pg_backend_pid() as pid`),
      ]);
      expect(a[0]?.pid).toEqual(b[0]?.pid);
    }),
  );
  await Promise.all(asked);
});
