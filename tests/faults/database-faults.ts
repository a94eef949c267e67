import postgres from 'postgres';
import { type FaultyDatabase, MAX_CONNECTIONS, type StopMode } from './faulty-database.ts';
import { holdLock } from './locks.ts';
import { sleep, until } from './until.ts';

/** A fault of the database. strike() returns after the database has recovered. */
export interface DatabaseFault {
  name: string;
  /** none: all requests are served · some: some wait or are refused · all: no request can be served. */
  affects: 'none' | 'some' | 'all';
  /** Whether reads continue without interruption. */
  sparesReads?: boolean;
  strike(database: FaultyDatabase): Promise<void>;
}

/** Seconds; the short ones are for CI. */
interface Lengths {
  times: number;
  down: number;
  frozen: number;
  halfFrozen: number;
  suspended: number;
  terminating: number;
  exhausted: number;
  locked: number;
}

export const FULL: Lengths = {
  times: 4,
  down: 60,
  frozen: 20,
  halfFrozen: 20,
  suspended: 15,
  terminating: 10,
  exhausted: 10,
  locked: 10,
};
export const SHORT: Lengths = {
  times: 1,
  down: 4,
  frozen: 9,
  halfFrozen: 9,
  suspended: 3,
  terminating: 2,
  exhausted: 3,
  locked: 3,
};

export function databaseFaults(lengths: Lengths): DatabaseFault[] {
  const restarts = (mode: StopMode) =>
    Array.from({ length: lengths.times }, (_, n) => ({
      name: `${mode} restart ${n + 1}`,
      affects: 'some' as const,
      strike: async (database: FaultyDatabase) => {
        await database.stop(mode);
        await database.start();
      },
    }));
  return [
    ...restarts('fast'),
    ...restarts('immediate'),
    {
      name: 'transactions are terminated',
      affects: 'some',
      strike: (database) => terminateTransactions(database, lengths.terminating),
    },
    { name: 'a backend is killed with -9', affects: 'some', strike: killBackend },
    {
      name: `down for ${lengths.down} s`,
      affects: 'all',
      strike: async (database) => {
        await database.stop('fast');
        await sleep(lengths.down * 1_000);
        await database.start();
      },
    },
    {
      name: `every connection hangs for ${lengths.frozen} s`,
      affects: 'all',
      strike: async ({ proxy }) => {
        proxy.freeze();
        await sleep(lengths.frozen * 1_000);
        proxy.thaw();
      },
    },
    {
      name: 'every second connection hangs for ever',
      affects: 'some',
      strike: async ({ proxy }) => {
        proxy.freezeOpen(2);
        await sleep(lengths.halfFrozen * 1_000);
      },
    },
    {
      name: `PostgreSQL is stopped (SIGSTOP) for ${lengths.suspended} s`,
      affects: 'all',
      strike: async (database) => {
        await database.suspend();
        await sleep(lengths.suspended * 1_000);
        await database.resume();
      },
    },
    {
      name: 'others have all connections',
      affects: 'all',
      strike: (database) => takeEveryConnection(database, lengths.exhausted),
    },
    {
      name: 'somebody locks every user and ticket',
      affects: 'some',
      sparesReads: true,
      strike: async ({ sql }) => {
        const lock = await holdLock(sql, 'select from users for update; select from tickets for update');
        await sleep(lengths.locked * 1_000);
        await lock.release();
      },
    },
  ];
}

async function terminateTransactions({ sql }: FaultyDatabase, seconds: number): Promise<void> {
  const end = Date.now() + seconds * 1_000;
  while (Date.now() < end) {
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where usename in ('usher_api', 'usher_worker') and xact_start is not null`;
    await sleep(20);
  }
}

/** The server then ends all other sessions, recovers and accepts connections again. */
async function killBackend({ sql }: FaultyDatabase): Promise<void> {
  const [row] = await sql`select pid from pg_stat_activity where usename = 'usher_api' limit 1`;
  process.kill(row?.pid, 'SIGKILL');
  // Not immediately: the other sessions may still respond.
  await sleep(200);
  await until('PostgreSQL has recovered', 30, () =>
    sql`select 1`.then(
      () => true,
      () => false,
    ),
  );
}

/** Other clients take every free connection. When they have all except Usher's, Usher's are ended. */
async function takeEveryConnection({ sql, url }: FaultyDatabase, seconds: number): Promise<void> {
  // While a connection is still available for this script.
  const ours = await sql.reserve();
  const others = postgres(url, {
    max: MAX_CONNECTIONS,
    backoff: () => 0.02,
    onnotice: () => {},
    connection: { application_name: 'others' },
  });
  let isOver = false;
  const taking = Array.from({ length: MAX_CONNECTIONS }, async () => {
    while (!isOver) await others`select pg_sleep(600)`.catch(() => {});
  });
  await until('no connection is free', 60, async () => {
    const [row] =
      await ours`select count(*)::int as taken from pg_stat_activity where backend_type = 'client backend'`;
    return row?.taken >= MAX_CONNECTIONS - 1;
  });
  const end = Date.now() + seconds * 1_000;
  while (Date.now() < end) {
    await ours`select pg_terminate_backend(pid) from pg_stat_activity
      where usename in ('usher_api', 'usher_worker')`.catch(() => {});
    await sleep(50);
  }
  isOver = true;
  await others.end({ timeout: 0 });
  await Promise.all(taking);
  // The sessions would sleep on, because they do not notice that their client is gone.
  await until('the others are gone', 30, async () => {
    const left =
      await ours`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'others'`;
    return left.length === 0;
  });
  ours.release();
}
