import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../../src/dev/embedded-postgres/start-embedded-postgres.ts';
import { type Database, openDatabase, type Transaction } from '../../../src/platform/db/database.ts';
import { databaseCode, isDatabaseAway } from '../../../src/platform/errors/database-fault.ts';
import { allowForRealProcesses, VERY_PATIENTLY } from '../../support/patiently.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

allowForRealProcesses();

/** What the kept patch of the driver is for (docs/decisions/009): nothing here holds without it. */

let database: TestDatabase;
let proxy: TcpProxy;
let outsider: postgres.Sql;
beforeAll(async () => {
  process.on('uncaughtException', noteCrash).on('unhandledRejection', noteCrash);
  database = await createTestDatabase();
  proxy = await startTcpProxy(database.url);
  outsider = postgres(database.url, { max: 1, connection: { lock_timeout: 5_000 } });
  await outsider`create table written (id serial, what text not null)`;
});
afterAll(async () => {
  process.off('uncaughtException', noteCrash).off('unhandledRejection', noteCrash);
  await outsider.end();
  await proxy.close();
  await database.close();
});

/** What would have ended the process. */
const crashes: unknown[] = [];
function noteCrash(error: unknown) {
  crashes.push(error);
}

const toClose: (() => Promise<void>)[] = [];
beforeEach(async () => {
  await outsider`truncate written`;
});
afterEach(async () => {
  for (const close of toClose.splice(0)) await close();
  expect(crashes.splice(0)).toEqual([]);
});

function open(url: string, poolSize: number): Database {
  const { db, close } = openDatabase({ url, poolSize });
  toClose.push(close);
  return db;
}

/** `max_pipeline` is missing in the driver's types, `silence_timeout` is our patch's. */
type DriverOptions = postgres.Options<Record<string, never>> & {
  max_pipeline?: number;
  silence_timeout?: number;
};

/** The driver itself, for what our pool does not set. */
function connect(url: string, options: DriverOptions = {}): postgres.Sql {
  const client = postgres(url, { max: 1, ...options });
  toClose.push(() => client.end({ timeout: 1 }));
  return client;
}

const write = (db: Database | Transaction, what: string) =>
  db.execute(sql`insert into written (what) values (${what})`);
const written = async () => (await outsider`select what from written order by id`).map((row) => row.what);
/** How it ended: the code of the error, or 'done'. */
const endOf = (promise: Promise<unknown>) => promise.then(() => 'done', databaseCode);

async function pidOf(db: Database | Transaction): Promise<number> {
  const [row] = await db.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
  return row?.pid ?? 0;
}

/** The backend that runs pg_sleep, once there is one. */
async function sleeper(): Promise<number> {
  for (;;) {
    const [row] = await outsider`
      select pid from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`;
    if (row) return row.pid;
    await sleep(5);
  }
}

/** Returns when the backend is gone. */
const terminate = (pid: number) => outsider`select pg_terminate_backend(${pid}, 5000)`;

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('a transaction that loses its connection between two statements', () => {
  const losses = [
    { loss: 'pg_terminate_backend', lose: async (tx: Transaction) => terminate(await pidOf(tx)) },
    {
      loss: 'idle_in_transaction_session_timeout',
      lose: (tx: Transaction) => tx.execute(sql`set local idle_in_transaction_session_timeout = '20ms'`),
    },
    { loss: 'a reset of the TCP connection', lose: async () => proxy.reset() },
  ];
  const giveUp = () => {
    throw new Error('given up');
  };
  const cases = losses.flatMap((loss) => [
    { ...loss, ending: 'COMMIT', end: () => {} },
    { ...loss, ending: 'ROLLBACK', end: giveUp },
  ]);

  it.each(cases)('by $loss sends no statement and no $ending into the next one', async ({ lose, end }) => {
    const db = open(proxy.url, 1);
    const [losing, nextBegun, over] = [gate(), gate(), gate()];
    const late: unknown[] = [];
    const first = endOf(
      db.transaction(async (tx) => {
        await write(tx, 'first');
        await lose(tx);
        losing.open();
        await nextBegun.opened;
        late.push(await endOf(write(tx, 'late')));
        // Opens after the driver has had its turn to commit or to roll back.
        setImmediate(over.open);
        end();
      }),
    );
    await losing.opened;
    const next = db.transaction(async (tx) => {
      await write(tx, 'next');
      nextBegun.open();
      await over.opened;
      await write(tx, 'next, too');
    });
    expect(await first).toBe('CONNECTION_CLOSED');
    await next;
    const expected = { late: ['CONNECTION_CLOSED'], written: ['next', 'next, too'] };
    expect({ late, written: await written() }).toEqual(expected);
  });
});

describe('a transaction that loses its connection in a statement', () => {
  const losses = [
    { loss: 'pg_terminate_backend', lose: async () => terminate(await sleeper()) },
    {
      loss: 'a reset of the TCP connection',
      lose: async () => {
        const pid = await sleeper();
        proxy.reset();
        // It would sleep on, and keep its locks.
        await terminate(pid);
      },
    },
  ];

  it.each(losses)('by $loss is rejected with all that waits behind, each time', async ({ lose }) => {
    const db = open(proxy.url, 1);
    for (const round of ['1', '2', '3']) {
      const ends: unknown[] = [];
      const transaction = endOf(
        db.transaction(async (tx) => {
          await write(tx, 'lost');
          const statements = [sql`select pg_sleep(${30})`, sql`select ${1}::int`, sql`select ${2}::int`];
          ends.push(...(await Promise.all(statements.map((statement) => endOf(tx.execute(statement))))));
        }),
      );
      await lose();
      expect(await transaction).toBe('CONNECTION_CLOSED');
      await expect.poll(() => ends).toHaveLength(3);
      for (const end of ends) expect(['CONNECTION_CLOSED', 'ECONNRESET']).toContain(end);
      // The next statement is not told of the last one's end.
      await write(db, round);
      await db.transaction((tx) => write(tx, round));
    }
    expect(await written()).toEqual(['1', '1', '2', '2', '3', '3']);
  });
});

describe('a statement sent', () => {
  it('after the end of its transaction is rejected', async () => {
    const db = open(database.url, 1);
    const ended = await db.transaction(async (tx) => tx);
    expect(await endOf(write(ended, 'late'))).toBe('TRANSACTION_ENDED');
    expect(await written()).toEqual([]);
  });

  it('is rejected when the BEGIN before it was refused, and the next transaction has the connection', async () => {
    const client = postgres(database.url, { max: 1 });
    const ask = (tx: postgres.TransactionSql) =>
      Promise.all(
        [1, 2, 3].map((number) => tx.unsafe(`select ${number}, $1::int`, [number], { prepare: true })),
      );
    await expect(client.begin('nonsense', ask)).rejects.toMatchObject({ code: '42601' });
    expect(await client.begin(ask)).toHaveLength(3);
    await client.end();
  });

  it('whose prepared statements the server has lost ends all the same, and the next one runs', async () => {
    const client = connect(database.url, { max: 1 });
    const ask = (tx: postgres.TransactionSql) => tx`select 1 as one`;
    await client.begin(ask);
    const forgetful = client.begin(async (tx) => {
      await tx.unsafe('deallocate all');
      await tx`select 1 as one`;
    });
    await expect(forgetful).rejects.toMatchObject({ code: '26000' });
    expect(await client.begin(ask)).toHaveLength(1);
    await client.end();
  });

  it('on a reserved connection that is lost is rejected, again and again', async () => {
    const client = connect(database.url);
    const reserved = await client.reserve();
    const [row] = await reserved`select pg_backend_pid() as pid`;
    await terminate(row?.pid);
    for (let n = 1; n <= 3; n++) expect(await endOf(reserved`select 1`)).toBe('CONNECTION_CLOSED');
    await client`select 1`;
  });
});

describe('a connection that comes back', () => {
  it('brings no rows of the result that was lost', async () => {
    const client = connect(database.url, { fetch_types: false });
    const lost = endOf(
      client`select repeat('x', 10000), case n when 3 then pg_sleep(30) end from generate_series(1, 3) n`,
    );
    await terminate(await sleeper());
    expect(await lost).toBe('CONNECTION_CLOSED');
    expect([...(await client`select 'mine' as row`)]).toEqual([{ row: 'mine' }]);
  });

  it('works also when a statement came in the tick in which it closed', async () => {
    // Connections close in an order that follows that of their opening. In one of the two the idle one is last.
    for (const isIdleFirst of [true, false]) {
      const [idle, busy] = [open(proxy.url, 1), open(proxy.url, 1)];
      for (const db of isIdleFirst ? [idle, busy] : [busy, idle]) await pidOf(db);
      const lost = endOf(busy.execute(sql`select pg_sleep(${30})`));
      const atOnce = lost.then(() => endOf(write(idle, 'at once')));
      const pid = await sleeper();
      proxy.end();
      await terminate(pid);
      expect(['done', 'CONNECTION_CLOSED']).toContain(await atOnce);
      await Promise.all([write(idle, 'idle'), write(busy, 'busy')]);
    }
  });
});

describe('a connection that does not come about', () => {
  it('is no crash when it is reset while the driver asks for the types', async () => {
    const db = open(proxy.url, 1);
    proxy.resetAt('pg_catalog.pg_type');
    expect(await endOf(write(db, 'never sent'))).toBe('ECONNRESET');
    await write(db, 'sent');
    expect(await written()).toEqual(['sent']);
  });

  it('is given up when the server does not tell the types: without them no list can be sent', async () => {
    const holder = connect(database.url);
    const locked = gate();
    const release = gate();
    const held = holder.begin(async (tx) => {
      await tx`lock table pg_catalog.pg_type in access exclusive mode`;
      locked.open();
      await release.opened;
    });
    await locked.opened;
    const client = connect(database.url, { connection: { lock_timeout: 100 } });
    const given = async () => (await client`select ${['a', 'b']}::text[] as given`)[0]?.given;
    expect(await endOf(given())).toBe('55P03');
    release.open();
    await held;
    // A moment later it is closed, and what was sent meanwhile is told so.
    await expect.poll(() => given().catch(databaseCode)).toEqual(['a', 'b']);
  });

  it('is no crash when it is reset while the driver waits for the password', async () => {
    const password = async () => {
      proxy.reset();
      await sleep(20);
      return 'too late';
    };
    const client = connect(proxy.url, { password });
    expect(await endOf(client`select 1`)).toBe('ECONNRESET');
    await sleep(20);
  });

  it('rejects what waits for it when the other side accepts and hangs up', async () => {
    const db = open(proxy.url, 1);
    proxy.hangUp(true);
    const ends = [endOf(write(db, 'one')), endOf(db.transaction((tx) => write(tx, 'two')))];
    expect(await Promise.all(ends)).toEqual(['CONNECTION_CLOSED', 'CONNECTION_CLOSED']);
    proxy.hangUp(false);
    await write(db, 'three');
    expect(await written()).toEqual(['three']);
  });
});

describe('a connection that hangs', () => {
  const silent = (silence_timeout: number) => connect(database.url, { silence_timeout });

  it('is given up, with all that waits for it, and a new one is opened when that is possible', async () => {
    const { db, openConnections, close } = openDatabase({ url: proxy.url, poolSize: 2 });
    toClose.push(close);
    await Promise.all([pidOf(db), db.transaction((tx) => pidOf(tx))]);
    expect(openConnections()).toBe(2);
    proxy.freeze();
    const asked = [
      endOf(write(db, 'one')),
      endOf(db.transaction((tx) => write(tx, 'two'))),
      endOf(pidOf(db)),
    ];
    const ends = await Promise.all(asked);
    expect(ends.filter((end) => end === 'ETIMEDOUT').length).toBeGreaterThanOrEqual(2);
    expect(ends.filter((end) => end !== 'ETIMEDOUT' && end !== 'CONNECT_TIMEOUT')).toEqual([]);
    expect(openConnections()).toBe(0);
    proxy.thaw();
    await write(db, 'three');
    expect(await written()).toContain('three');
  });

  it('is given up also when the answer stops half-way', async () => {
    const client = silent(0.2);
    await client`select 1`;
    const rows = client`select repeat('x', 10000), case n when 3 then pg_sleep(30) end from generate_series(1, 3) n`;
    const lost = endOf(rows);
    const pid = await sleeper();
    expect(await lost).toBe('ETIMEDOUT');
    await terminate(pid);
  });

  it('is given up also when it has answered what was asked before', async () => {
    const client = silent(0.2);
    await client`select 1`;
    const [before, lost] = [client`select 1`.execute(), endOf(client`select pg_sleep(30)`)];
    await before;
    const pid = await sleeper();
    expect(await lost).toBe('ETIMEDOUT');
    await terminate(pid);
  });

  it('is not one that is slow, but talks', async () => {
    const client = silent(1);
    const rows = await client`select repeat('x', 10000), pg_sleep(0.1) from generate_series(1, 15)`;
    expect(rows).toHaveLength(15);
  });

  it('is not one that has nothing to say, nor one whose answer we were too busy to read', async () => {
    const client = silent(0.2);
    const [first] = await client`select pg_backend_pid() as pid`;
    await sleep(500);
    const asked = client`select pg_backend_pid() as pid from pg_sleep(0.1)`.execute();
    // Until it is written, and not yet answered.
    await sleep(20);
    // After this phase of the event loop come timers, and only then what was received.
    await new Promise(setImmediate);
    const end = Date.now() + 500;
    while (Date.now() < end);
    expect([...(await asked)]).toEqual([first]);
    expect([...(await client`select pg_backend_pid() as pid`)]).toEqual([first]);
  });
});

describe('a database that is away', () => {
  it('answers all that wait for a connection with the first that fails', async () => {
    const nobodyThere = new URL(database.url);
    nobodyThere.port = '1';
    const db = open(nobodyThere.href, 1);
    // One try after the other would take minutes, as each is made a while after the one before.
    const ends = await Promise.all(Array.from({ length: 200 }, () => endOf(pidOf(db))));
    expect(new Set(ends)).toEqual(new Set(['ECONNREFUSED', 'CONNECTION_CLOSED']));
  });
});

describe('a pool ends', () => {
  it('after its connection was lost in a statement', async () => {
    const client = postgres(proxy.url, { max: 1 });
    const lost = endOf(client`select pg_sleep(30)`);
    const pid = await sleeper();
    proxy.reset();
    expect(await lost).toBe('ECONNRESET');
    await terminate(pid);
    await client.end();
  });

  it('when the connection that it waits for is lost', async () => {
    const client = postgres(database.url, { max: 1 });
    const lost = endOf(client.begin((tx) => tx`select pg_sleep(30)`));
    const pid = await sleeper();
    const ended = client.end();
    await terminate(pid);
    expect(await lost).toBe('CONNECTION_CLOSED');
    await ended;
  });
});

describe('BEGIN', () => {
  it.each([0, 1, 2])('reserves its connection when it fills the pipeline of %i', async (max_pipeline) => {
    const client = connect(database.url, { max_pipeline });
    await client`select 1`;
    const ahead = Array.from({ length: max_pipeline }, () => client`select pg_sleep(0.02)`.execute());
    const undone = client.begin(async (tx) => {
      await tx`insert into written (what) values ('undone')`;
      throw new Error('given up');
    });
    const beside = client`insert into written (what) values ('beside')`.execute();
    await expect(undone).rejects.toThrow('given up');
    await Promise.all([...ahead, beside]);
    expect(await written()).toEqual(['beside']);
  });
});

describe('a restart under load', () => {
  const POOL_SIZE = 10;
  const ALL = 1_000_000;
  let folder: string;
  let port: number;
  let server: EmbeddedPostgres;
  beforeAll(async () => {
    folder = await temporaryFolder('usher-faults-');
    port = await freePort();
    server = await start();
  });
  afterAll(() => server.stop());

  /** On the same port each time, as servers come back. */
  const start = () =>
    startEmbeddedPostgres({ dataFolder: join(folder, 'postgres'), flags: ['-c', `port=${port}`] });

  const transfer = (db: Database) =>
    db.transaction(async (tx) => {
      await tx.execute(sql`update accounts set balance = balance - ${1} where id = 'a'`);
      await tx.execute(sql`update accounts set balance = balance + ${1} where id = 'b'`);
    });

  async function balances(db: Database): Promise<[number, number]> {
    const rows = await db.execute<{ balance: number }>(sql`select balance from accounts order by id`);
    return [rows[0]?.balance ?? Number.NaN, rows[1]?.balance ?? Number.NaN];
  }

  const restarts = [
    {
      mode: 'fast',
      restart: async () => {
        await server.stop();
        server = await start();
      },
    },
    {
      mode: 'immediate',
      // As after any crash of a backend: the server ends all the others at once, recovers and comes back.
      restart: async (db: Database) => void process.kill(await pidOf(db), 'SIGKILL'),
    },
  ];

  it.each(restarts)('in the $mode mode loses no money, and the pool recovers', async ({ restart }) => {
    const db = open(server.url, POOL_SIZE);
    await db.execute(sql`drop table if exists accounts`);
    await db.execute(sql`create table accounts (id text primary key, balance int not null)`);
    await db.execute(sql`insert into accounts values ('a', ${ALL}), ('b', 0)`);

    let done = 0;
    const failures: unknown[] = [];
    let isOver = false;
    const workers = Array.from({ length: 4 * POOL_SIZE }, async () => {
      while (!isOver) {
        await transfer(db).then(
          () => done++,
          (error: unknown) => failures.push(error),
        );
      }
    });
    await expect.poll(() => done, VERY_PATIENTLY).toBeGreaterThan(50);
    await restart(db);
    await expect.poll(() => failures.length, VERY_PATIENTLY).toBeGreaterThan(0);
    const before = done;
    await expect.poll(() => done, VERY_PATIENTLY).toBeGreaterThan(before + 50);
    isOver = true;
    await Promise.all(workers);

    expect(failures.filter((failure) => !isDatabaseAway(failure))).toEqual([]);
    const [a, b] = await balances(db);
    expect(a + b).toBe(ALL);
    // Of those that failed some may be committed: only the answer was lost.
    expect(b).toBeGreaterThanOrEqual(done);
    expect(b).toBeLessThanOrEqual(done + failures.length);

    await Promise.all(Array.from({ length: 5 * POOL_SIZE }, () => transfer(db)));
    expect(await balances(db)).toEqual([a - 5 * POOL_SIZE, b + 5 * POOL_SIZE]);
  });
});

describe('of statements that are under way together', () => {
  /** As reads of a pool are: prepared, with a text that does not change. */
  const ask = (client: postgres.Sql, kind: string, value: string) =>
    client
      .unsafe(`select '${kind}' as ${kind}, $1::text as value`, [value], { prepare: true })
      .then(([row]) => row?.value);

  it('one that cannot be written fails by itself: every other one gets its own answer', async () => {
    const client = connect(database.url);
    await ask(client, 'a', 'first');
    const unwritable = Object.create(null);
    const values = ['one', 'two', unwritable, 'three', 'four'];
    const answers = await Promise.allSettled(values.map((value) => ask(client, 'a', value)));
    expect(answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : 'failed'))).toEqual([
      'one',
      'two',
      'failed',
      'three',
      'four',
    ]);
    expect(await ask(client, 'a', 'after')).toBe('after');
  });

  it('one that fails after its first rows leaves no gap in the rows of the next one', async () => {
    const client = connect(database.url);
    await client`select 1`;
    const failing = endOf(client`select 1 / (4 - n) as n from generate_series(1, 10) as n`);
    const next = await client`select n from generate_series(1, 2) as n`;
    expect(await failing).toBe('22012');
    expect(Array.from(next, (row) => row?.n)).toEqual([1, 2]);
  });

  it('several whose prepared form the server has lost are asked again, and get their own answers', async () => {
    const client = connect(database.url, { silence_timeout: 3 });
    const kinds = ['a', 'b', 'c', 'd'];
    for (const kind of kinds) await ask(client, kind, 'before');
    await client.unsafe('deallocate all').simple();
    expect(await Promise.all(kinds.map((kind) => ask(client, kind, `of ${kind}`)))).toEqual(
      kinds.map((kind) => `of ${kind}`),
    );
    expect(await Promise.all(kinds.map((kind) => ask(client, kind, `then ${kind}`)))).toEqual(
      kinds.map((kind) => `then ${kind}`),
    );
  });
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
