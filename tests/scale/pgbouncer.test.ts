import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/platform/db/database.ts';
import { databaseCode } from '../../src/platform/errors/database-fault.ts';
import { givenTickets, type TicketToCancel } from '../faults/given-tickets.ts';
import { sleep, until } from '../faults/until.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { ask, type CancelArguments, cancel } from './ask.ts';
import { expectOnce, untilSettled } from './expect-once.ts';
import { hasPgbouncer, type Pgbouncer, startPgbouncer } from './pgbouncer.ts';
import { createPooledDatabase, type PooledDatabase } from './pooled-database.ts';
import { type Stage, setTheStage } from './stage.ts';

if (!hasPgbouncer)
  process.stdout.write(
    '\nNo PgBouncer is installed (Debian: apt-get install pgbouncer): its tests are SKIPPED.\n\n',
  );

/** The connection limits of PgBouncer and of the database role. */
const SERVERS = 3;
const CONNECTIONS = 14;
/** The pool size of each API, to PgBouncer. */
const POOL_SIZE = 20;
const LIMIT = 12;

describe.skipIf(!hasPgbouncer)('through PgBouncer in transaction mode', () => {
  let database: PooledDatabase;
  let pgbouncer: Pgbouncer;
  let stage: Stage;
  let apis: string[];
  let tickets: TicketToCancel[];
  beforeAll(async () => {
    database = await createPooledDatabase({ connections: CONNECTIONS });
    pgbouncer = await startPgbouncer(database.url, { poolSize: SERVERS, clients: 200 });
    // The last one is below the minimum of the payment provider.
    tickets = (await givenTickets(database.db, 75, 1)).slice(0, 74);
    stage = await setTheStage();
  });
  afterAll(async () => {
    await stage.close();
    await pgbouncer.close();
    await database.close();
  });

  const startApi = (directUrl = database.url) =>
    stage.startApi(pgbouncer.url, {
      DATABASE_DIRECT_URL: directUrl,
      DATABASE_PREPARE: 'false',
      DATABASE_POOL_SIZE: String(POOL_SIZE),
      CANCEL_ATTEMPTS_PER_HOUR: String(LIMIT),
    });
  const taken = () => tickets.shift() ?? { id: 'none', userId: 'nobody', paymentId: '' };

  /** Retries with the same key until the outcome is known, like a client. */
  async function cancelUntilKnown(origin: string, userId: string, call: CancelArguments): Promise<string> {
    for (;;) {
      const outcome = await cancel(origin, userId, call).then(
        (answer) => answer.outcome,
        () => 'SERVICE_UNAVAILABLE',
      );
      if (outcome !== 'SERVICE_UNAVAILABLE') return outcome;
      await sleep(500);
    }
  }

  it('an API does not start if the role has no time-outs, and prints the statement to run', async () => {
    const message = await startApi().catch((error: Error) => error.message);
    expect(message).toContain('statement_timeout, lock_timeout, idle_in_transaction_session_timeout');
    const { msg } = JSON.parse(/\{.*\}/.exec(String(message))?.[0] ?? '{}');
    const statements = String(msg).match(/ALTER ROLE .*;/g) ?? [];
    expect(statements).toHaveLength(7);
    const owner = postgres(database.url, { max: 1 });
    for (const statement of statements) await owner.unsafe(statement);
    await owner.end();
    await pgbouncer.ask('reconnect');
  });

  it('an API names the wrong setting', async () => {
    const messageOf = (start: Promise<string>) => start.catch((error: Error) => error.message);
    expect(await messageOf(stage.startApi(pgbouncer.url))).toContain(
      'DATABASE_URL is that of a pooler. Set DATABASE_DIRECT_URL to the database itself',
    );
    expect(await messageOf(startApi('postgres://usher@127.0.0.1:1/usher'))).toContain(
      'Cannot reach the database of DATABASE_DIRECT_URL (ECONNREFUSED)',
    );
  });

  describe('if the role has time-outs', () => {
    beforeAll(async () => {
      apis = await Promise.all([startApi(), startApi()]);
      // With the four of its queue, and PgBouncer's, less than CONNECTIONS.
      await stage.startWorker(database.url, { DATABASE_POOL_SIZE: '4' });
    });

    it('an API does not start if its two URLs are of different databases', async () => {
      const other = await createTestDatabase();
      const owner = postgres(database.url, { max: 1 });
      const mark = (environment: string) =>
        owner`update database_environment set environment = ${environment}`;
      await mark('development');
      const message = await startApi(other.url).catch((error: Error) => error.message);
      await mark('production');
      await owner.end();
      await other.close();
      expect(message).toContain('This is a development database, but NODE_ENV is production');
    });

    it('lists, opens, cancels and replays on either API', async () => {
      const { id, userId } = taken();
      for (const api of apis) {
        const { data } = await ask(api, userId, '{ myTickets(first: 5) { totalCount nodes { id status } } }');
        expect(data.myTickets).toMatchObject({ totalCount: 2 });
        const query = `{ ticket(id: "${id}") { id seats { number } show { movie { name } } cancellationQuote { feePercent } qrCode } }`;
        expect((await ask(api, userId, query)).data.ticket).toMatchObject({
          id,
          show: { movie: { name: 'Avengers: Endgame' } },
        });
      }
      const call = { id, idempotencyKey: 'lost' };
      const answers = [];
      for (const api of [...apis, ...apis]) answers.push(await cancel(api, userId, call));
      expect(answers[0]?.outcome).toBe('TicketCancelled');
      expect(answers).toEqual(Array(4).fill(answers[0]));
      taken();
    });

    it('counts the calls of a viewer across both', async () => {
      const { id, userId } = taken();
      const outcomes: string[] = [];
      for (let pair = 0; pair < LIMIT / 2 + 1; pair += 1) {
        const both = await Promise.all(
          apis.map((api) => cancel(api, userId, { id, expectedRefund: '0.01' })),
        );
        outcomes.push(...both.map(({ outcome }) => outcome));
      }
      expect(outcomes.sort()).toEqual([...Array(LIMIT).fill('QuoteChanged'), 'RATE_LIMITED', 'RATE_LIMITED']);
      taken();
    });

    it('serves forty concurrent cancellations of more clients than the database has connections', async () => {
      const toCancel = tickets.splice(0, 40);
      let mostClients = 0;
      let mostConnections = 0;
      let isOver = false;
      const watching = (async () => {
        while (!isOver) {
          const clients = await pgbouncer.ask('show clients');
          mostClients = Math.max(mostClients, clients.filter(({ user }) => user === database.role).length);
          const [row] = await database.sql`
            select count(*)::int as count from pg_stat_activity where usename = ${database.role}`;
          mostConnections = Math.max(mostConnections, row?.count);
        }
      })();
      const outcomes = await Promise.all(
        toCancel.map(({ id, userId }, index) =>
          cancelUntilKnown(apis[index % 2] ?? '', userId, { id, idempotencyKey: id }),
        ),
      );
      isOver = true;
      await watching;
      expect(outcomes).toEqual(toCancel.map(() => 'TicketCancelled'));
      expect(mostClients).toBeGreaterThan(CONNECTIONS);
      expect(mostConnections).toBeLessThanOrEqual(CONNECTIONS);
    });

    it('gives up on a ticket that another writer has locked, and cancels it later', async () => {
      const { id, userId } = taken();
      await database.sql.begin(async (holder) => {
        await holder`select from tickets where id = ${id} for update`;
        expect((await cancel(apis[0] ?? '', userId, { id })).outcome).toBe('SERVICE_UNAVAILABLE');
      });
      expect((await cancel(apis[0] ?? '', userId, { id })).outcome).toBe('TicketCancelled');
    });

    it('ends statements and transactions that take too long', async () => {
      const { db, close } = openDatabase({ url: pgbouncer.url, poolSize: 4, pooler: { prepare: false } });
      const code = (work: Promise<unknown>) => work.then(() => null, databaseCode);
      const [sleeping, idle] = await Promise.all([
        code(db.execute(sql`select pg_sleep(20)`)),
        code(
          db.transaction(async (tx) => {
            await tx.execute(sql`select 1`);
            await sleep(12_000);
            await tx.execute(sql`select 1`);
          }),
        ),
      ]);
      expect(sleeping).toBe('57014');
      expect(['25P03', 'CONNECTION_CLOSED']).toContain(idle);
      await close();
    });

    it('never loses the server connection of a statement whose second half is sent after another statement', async () => {
      const { db, close } = openDatabase({ url: pgbouncer.url, poolSize: 4, pooler: { prepare: false } });
      const asked = Array.from({ length: 200 }, (_, n) =>
        // Each text is new to its connection, which queries the parameter types first.
        db.execute<{ n: number }>(
          n % 2 ? sql`select ${n}::int as n, ${sql.raw(String(n))} as text` : sql`select 0 as n`,
        ),
      );
      const answers = (await Promise.all(asked)).map(([row]) => row?.n);
      expect(answers).toEqual(asked.map((_, n) => (n % 2 ? n : 0)));
      // The first statement of a transaction follows its BEGIN to the same server.
      const pids = Array.from({ length: 20 }, () =>
        db.transaction(async (tx) => {
          const both = await Promise.all(
            [1, 2].map((n) => tx.execute(sql`select pg_backend_pid() as pid, ${n}::int`)),
          );
          return both.map(([row]) => row?.pid);
        }),
      );
      for (const [first, second] of await Promise.all(pids)) expect(first).toBe(second);
      await close();
    });

    it('recovers from a PgBouncer that dies under load', async () => {
      const toCancel = tickets.splice(0, 24);
      const [reader = taken()] = tickets;
      const odd: unknown[] = [];
      let isOver = false;
      const reading = Promise.all(
        apis.map(async (api) => {
          while (!isOver) {
            const { data, errors } = await ask(api, reader.userId, `{ ticket(id: "${reader.id}") { id } }`);
            if (data?.ticket?.id !== reader.id && errors?.[0]?.extensions.code !== 'SERVICE_UNAVAILABLE')
              odd.push({ data, errors });
          }
        }),
      );
      const cancelling = Promise.all(
        toCancel.map(({ id, userId }, index) =>
          cancelUntilKnown(apis[index % 2] ?? '', userId, { id, idempotencyKey: id }),
        ),
      );
      await sleep(100);
      await pgbouncer.kill();
      for (const api of apis)
        await until('they are not ready', 60, async () => (await fetch(`${api}/readyz`)).status === 503);
      await pgbouncer.start();
      expect(await cancelling).toEqual(toCancel.map(() => 'TicketCancelled'));
      for (const api of apis)
        await until('they are ready again', 60, async () => (await fetch(`${api}/readyz`)).ok);
      isOver = true;
      await reading;
      expect(odd).toEqual([]);
    });

    it('has made every refund once, sent every message once, and kept all invariants', async () => {
      await untilSettled(database.db);
      await expectOnce(database.db, stage);
      expect(await stage.stopAll()).toEqual([]);
    });
  });
});
