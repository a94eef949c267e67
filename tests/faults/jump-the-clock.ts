import { sql } from 'drizzle-orm';
import { refunds } from '../../src/platform/db/tables/index.ts';
import type { Cancelled } from './api-client.ts';
import { checkMessages } from './check-messages.ts';
import { checkMoney } from './check-money.ts';
import { checkTickets } from './check-tickets.ts';
import { type Findings, say } from './findings.ts';
import { givenTickets, type TicketToCancel } from './given-tickets.ts';
import { findLibFakeTime, type JumpingDatabase, startJumpingDatabase } from './jumping-database.ts';
import { listStuck, settle } from './settle.ts';
import { type CleanUp, setTheStage } from './stage.ts';
import { until } from './until.ts';

const YEAR_DAYS = 365;
/** The last ticket is too cheap for a refund. */
const TICKETS = 13;
const SETTLES_WITHIN_S = 45;

/**
 * Cancels tickets while the clock of a database of its own is right, a year ahead, and set back. Some refunds are under
 * way at each jump. Then compares the records with those of the payment provider.
 */
export async function jumpTheClock(seed: number, findings: Findings, onCleanUp: CleanUp): Promise<void> {
  const library = await findLibFakeTime();
  if (!library) {
    const what = 'a clock that jumps: skipped, as the Debian package libfaketime is not installed';
    say(what);
    findings.count(what);
    return;
  }
  let database: JumpingDatabase | null = null;
  const stage = await setTheStage(findings, onCleanUp, {
    startDatabase: async (folder) => {
      database = await startJumpingDatabase(folder, library);
      return database;
    },
  });
  if (database === null) throw new Error('the stage has no database');
  const { db, client, api, worker, sandbox } = stage;
  const { setAhead } = database as JumpingDatabase;

  const tickets = await givenTickets(db, TICKETS, seed);
  // Cancelled a year ahead, they are in time too, at the same fee.
  await db.execute(sql`
    update shows set start_time = start_time + interval '500 days', end_time = end_time + interval '500 days'`);
  for (const part of [api, sandbox, worker]) part.start();
  await Promise.all([stage.untilReady('api'), stage.untilReady('sandbox')]);

  const told = new Map<string, Cancelled>();
  const cancel = (some: TicketToCancel[]) =>
    Promise.all(
      some.map(async (ticket) => {
        const outcome = await client.cancel(await client.prepare(ticket));
        told.set(outcome.refund.id, outcome);
      }),
    );
  const jump = async (days: number, from: number) => {
    await setAhead(days);
    const [row] = await db.execute<{ days: number }>(
      sql`select round(extract(epoch from clock_timestamp() - ${new Date().toISOString()}::timestamptz) / 86400)::int as days`,
    );
    if (row?.days !== days)
      throw new Error(`the clock of PostgreSQL is ${row?.days} days ahead, not ${days}`);
    say(`the clock of the database goes from ${from} days ahead to ${days}`);
    findings.count('clock: jumps of the database');
  };
  const oneIsProcessed = async (what: string, some: TicketToCancel[]) => {
    const isProcessed = async () => {
      const rows = await db.select().from(refunds);
      return rows.some(
        ({ ticketId, status }) => status === 'PROCESSED' && some.some(({ id }) => id === ticketId),
      );
    };
    await until(`a refund ${what} is processed`, SETTLES_WITHIN_S, isProcessed);
  };

  const [early, ahead, waiting, back] = [0, 3, 6, 9].map((first) => tickets.slice(first, first + 3)) as [
    TicketToCancel[],
    TicketToCancel[],
    TicketToCancel[],
    TicketToCancel[],
  ];
  await cancel(early);
  await jump(YEAR_DAYS, 0);
  await cancel(ahead);
  await oneIsProcessed('of a database a year ahead', ahead);
  // Without a provider, these wait for a next attempt that is a year away once the clock is right.
  await sandbox.kill('before the clock is set back');
  await cancel(waiting);
  const areTried = async () => {
    const rows = await db.select().from(refunds);
    return waiting.every(({ id }) => rows.some((row) => row.ticketId === id && row.attempts > 0));
  };
  await until('the refunds are tried', SETTLES_WITHIN_S, areTried);
  await jump(0, YEAR_DAYS);
  sandbox.start();
  await stage.untilReady('sandbox');
  await cancel([...back, ...tickets.slice(12)]);
  await settle(stage);
  const stuck = await listStuck(stage);

  for (const part of [worker, api, sandbox]) await part.stop();
  const { refunds: rows, paymentOf } = await checkTickets(stage, told, stuck);
  await checkMoney(stage, rows, paymentOf);
  await checkMessages(stage, stuck);
  findings.count('clock: cancellations by a clock that jumps', told.size);
}
