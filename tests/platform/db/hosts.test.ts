import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openDatabase } from '../../../src/platform/db/database.ts';
import { writableHost } from '../../../src/platform/db/hosts.ts';
import { eachHost, withPorts } from '../../../src/platform/db/hosts-of-url.ts';
import { migrateDatabase } from '../../../src/platform/db/migrate.ts';
import { databaseCode, isDatabaseAway } from '../../../src/platform/errors/database-fault.ts';
import { findQueueHosts, openQueuePool } from '../../../src/worker/open-queue-pool.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

/** Two ways to one server stand for two hosts; what standbys answer is in tests/scale. */

let database: TestDatabase;
let a: TcpProxy;
let b: TcpProxy;
beforeAll(async () => {
  database = await createTestDatabase();
  a = await startTcpProxy(database.url);
  b = await startTcpProxy(database.url);
});
const toClose: (() => Promise<void>)[] = [];
afterEach(async () => {
  a.hangUp(false);
  b.hangUp(false);
  b.thaw();
  for (const close of toClose.splice(0)) await close();
});
afterAll(async () => {
  await a.close();
  await b.close();
  await database.close();
});

/** The URL with these host and ports in place of its own. */
function urlOf(...hosts: string[]): string {
  return database.url.replace(new URL(database.url).host, hosts.join(','));
}
const hostOf = ({ url }: TcpProxy) => new URL(url).host;

function open(url: string, poolSize = 2) {
  const { db, close } = openDatabase({ url, poolSize });
  toClose.push(close);
  return db;
}

it('reads the hosts of a URL', () => {
  expect(eachHost('postgres://u:p@a/db')).toEqual(['postgres://u:p@a/db']);
  expect(eachHost('postgres://u:p@a:1,b/db?ssl=require')).toEqual([
    'postgres://u:p@a:1/db?ssl=require',
    'postgres://u:p@b:5432/db?ssl=require',
  ]);
  expect(withPorts('postgres://u:p@a,b:1/db')).toBe('postgres://u:p@a:5432,b:1/db');
  for (const bad of [
    'postgres://a,,b/db',
    'postgres://a,/db',
    'postgres://a:x,b/db',
    'postgres://a:99999,b/db',
  ])
    expect(eachHost(bad), bad).toBe(null);
});

it('tries the next host if one is absent, does not answer, or closes', async () => {
  const nobody = '127.0.0.1:1';
  a.hangUp(true);
  const db = open(urlOf(nobody, hostOf(a), hostOf(b)));
  await expect(db.execute(sql`select 1`)).resolves.toHaveLength(1);
  await expect(db.transaction((tx) => tx.execute(sql`select 1`))).resolves.toHaveLength(1);
  await expect(migrateDatabase(urlOf(nobody, hostOf(b)))).resolves.toEqual([]);
  await expect(writableHost(urlOf(nobody, hostOf(b)))).resolves.toBe(b.url);
});

it('tries the next host if one stays silent, and reconnects to the host that answered last', async () => {
  let tries = 0;
  const silent = createServer((socket) => {
    tries += 1;
    socket.on('error', () => {}).resume();
  }).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const client = postgres(urlOf(`127.0.0.1:${port}`, hostOf(a)), { max: 1, connect_timeout: 1 });
  toClose.push(
    () => client.end({ timeout: 1 }),
    async () => void silent.close(),
  );
  await expect(client`select 1`).resolves.toHaveLength(1);
  expect(tries).toBe(1);
  await client`select pg_terminate_backend(pg_backend_pid())`.catch(() => {});
  await expect(client`select 1`).resolves.toHaveLength(1);
  expect(tries).toBe(1);
});

it('switches to the other host when one is lost, and back again', async () => {
  const db = open(urlOf(hostOf(a), hostOf(b)));
  await db.execute(sql`select 1`);
  for (const [lost, kept] of [
    [a, b],
    [b, a],
  ] as const) {
    kept.hangUp(false);
    lost.hangUp(true);
    lost.end();
    const answer = () => db.execute(sql`select 1`).catch(() => null);
    await expect.poll(answer).not.toBe(null);
  }
});

it.each([0, 1])(
  'rejects all waiting statements when no host answers, and recovers when host %i does',
  async (n) => {
    a.hangUp(true);
    b.hangUp(true);
    const db = open(urlOf(hostOf(a), hostOf(b)));
    const codes = await Promise.all(
      Array.from({ length: 20 }, () => db.execute(sql`select 1`).then(() => 'done', databaseCode)),
    );
    expect(new Set(codes)).toEqual(new Set(['CONNECTION_CLOSED']));
    await expect(writableHost(urlOf(hostOf(a), hostOf(b)))).rejects.toThrow();
    [a, b][n]?.hangUp(false);
    await expect(db.execute(sql`select 1`)).resolves.toHaveLength(1);
  },
);

it('rejects what waits for a host when the pool closes', async () => {
  a.hangUp(true);
  b.freeze();
  const { db, close } = openDatabase({ url: urlOf(hostOf(a), hostOf(b)), poolSize: 2 });
  const asked = db.execute(sql`select 1`).then(() => 'done', databaseCode);
  await sleep(100);
  await close();
  expect(['CONNECTION_DESTROYED', 'CONNECT_TIMEOUT']).toContain(await asked);
});

it('leaves a server that has become read-only', async () => {
  const db = open(database.url);
  const pidOf = async () => (await db.execute(sql`select pg_backend_pid() as pid`))[0]?.pid;
  const write = () =>
    db.transaction(async (tx) => {
      const [row] = await tx.execute(sql`select pg_backend_pid() as pid`);
      return tx.execute(sql`create temporary table t (n int)`).then(() => row?.pid);
    });
  const reader = await pidOf();
  const writer = await write();
  const name = new URL(database.url).pathname.slice(1);
  const end = sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name} and pid <> pg_backend_pid()`;
  await db.execute(sql.raw(`alter database ${name} set default_transaction_read_only = on`));
  await db.execute(end);
  const refused = await write().then(
    () => null,
    (error: unknown) => error,
  );
  expect(isDatabaseAway(refused)).toBe(true);
  const elsewhere = open(urlOf(hostOf(a), hostOf(b)));
  expect(await elsewhere.execute(sql`select 1`).then(() => 'done', databaseCode)).toBe(
    'CONNECTION_DESTROYED',
  );
  await db.execute(sql.raw(`alter database ${name} reset default_transaction_read_only`));
  expect(await pidOf()).toBe(reader);
  // Without an end of the connection it would stay read only.
  await expect.poll(() => write().catch(() => writer)).not.toBe(writer);
});

it('connects the job queue to the host that answers', async () => {
  const lost: Error[] = [];
  const pool = openQueuePool(findQueueHosts(urlOf(hostOf(a), hostOf(b))), 2, (error) => lost.push(error));
  toClose.push(() => pool.end());
  await pool.query('select 1');
  a.hangUp(true);
  a.end();
  const answer = () => pool.query('select 1').catch(() => null);
  await expect.poll(answer).not.toBe(null);
  b.hangUp(true);
  a.hangUp(false);
  b.end();
  await expect.poll(answer).not.toBe(null);
});
