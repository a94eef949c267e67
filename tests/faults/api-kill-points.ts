import { eq } from 'drizzle-orm';
import {
  idempotencyKeys,
  notifications,
  payments,
  refunds,
  showSeats,
  ticketEvents,
  ticketSeats,
  tickets,
} from '../../src/platform/db/tables/index.ts';
import { brokenInvariants } from '../support/invariants.ts';
import type { Cancelled } from './api-client.ts';
import { insideCommit } from './gates.ts';
import type { TicketToCancel } from './given-tickets.ts';
import { blockWrites, endSessions, type HeldLock, holdLock, untilGone, untilWaits } from './locks.ts';
import type { Stage } from './stage.ts';

/** A step of the cancellation at which the API is killed. */
interface KillPoint {
  name: string;
  /** The external lock that stops the API at this step. */
  lock(ticketId: string): string;
  /** A LIKE pattern of the statement that waits. */
  waitsWith: string;
  /** The expected state afterwards. `cancelled`: COMMIT has arrived, and the server completes it. */
  leaves: 'nothing' | 'cancelled';
  /** Whether the waiting statement counts as never received: the server runs neither it nor later ones. */
  losesLastStatement?: true;
  /** Whether only some of the seats are cancelled. The rest follows afterwards. */
  isPart?: true;
}

const writing = (what: string, table: string, waitsWith: string): KillPoint => ({
  name: `writing ${what}`,
  lock: () => blockWrites(table),
  waitsWith,
  leaves: 'nothing',
});

const KILL_POINTS: KillPoint[] = [
  writing('the attempt', 'cancellation_attempts', 'insert into "cancellation_attempts"'),
  {
    name: "waiting for the ticket's lock",
    lock: (id) => `select from tickets where id = '${id}' for update`,
    waitsWith: 'from "tickets" where%for update',
    leaves: 'nothing',
  },
  writing('the ticket', 'tickets', 'update "tickets"'),
  writing('the payment', 'payments', 'update "payments"'),
  writing('the seats', 'show_seats', 'update "show_seats"'),
  writing('the refund', 'refunds', 'insert into "refunds"'),
  writing('the event', 'ticket_events', 'insert into "ticket_events"'),
  writing('the messages', 'notifications', 'insert into "notifications"'),
  writing('the key', 'idempotency_keys', 'insert into "idempotency_keys"'),
  {
    // Only behind the last statement: the server gives up when it cannot send the result of an earlier one.
    ...writing('the key', 'idempotency_keys', 'insert into "idempotency_keys"'),
    name: 'writing the key, COMMIT sent along',
    leaves: 'cancelled',
  },
  { name: 'inside COMMIT', lock: () => insideCommit, waitsWith: 'commit', leaves: 'cancelled' },
  {
    name: 'after COMMIT, before the jobs are queued',
    lock: () => blockWrites('graphile_worker._private_jobs'),
    waitsWith: 'add_jobs',
    leaves: 'cancelled',
    losesLastStatement: true,
  },
  ...[
    writing('the marks of some seats', 'ticket_seats', 'update "ticket_seats"'),
    writing('the payment, of some seats', 'payments', 'update "payments"'),
    writing('the refund of some seats', 'refunds', 'insert into "refunds"'),
    writing('the seats, of some', 'show_seats', 'update "show_seats"'),
  ].map((point) => ({ ...point, isPart: true as const })),
  {
    name: 'inside COMMIT, of some seats',
    lock: () => insideCommit,
    waitsWith: 'commit',
    leaves: 'cancelled',
    isPart: true,
  },
  {
    name: 'after COMMIT, before the jobs of some seats are queued',
    lock: () => blockWrites('graphile_worker._private_jobs'),
    waitsWith: 'add_jobs',
    leaves: 'cancelled',
    losesLastStatement: true,
    isPart: true,
  },
];

const AFTER_COMMIT = 'after COMMIT, before the answer';

export const API_KILL_POINTS = [...KILL_POINTS.map(({ name }) => name), AFTER_COMMIT];

/** Kills an API at each step of a cancellation, with a ticket for each. The client retries until it gets a response. */
export async function killApiAtEachStep(stage: Stage, given: TicketToCancel[]): Promise<void> {
  for (const [index, point] of [...KILL_POINTS, null].entries()) {
    const ticket = given[index];
    if (!ticket) throw new Error('there are fewer tickets than kill points');
    const name = point?.name ?? AFTER_COMMIT;
    try {
      stage.victim.start();
      await stage.untilReady('victim');
      const part = point?.isPart ? ticket.part : null;
      if (part?.length === 0) throw new Error(`${ticket.id} cannot be cancelled in parts`);
      const call = await stage.victimClient.prepare(ticket, part);
      // Only after the lock is held, or the call could pass the step before.
      const sent: Promise<Cancelled>[] = [];
      const send = () => {
        const answering = stage.victimClient.cancel(call);
        // It is awaited below. Until then a rejection must not be reported as unhandled.
        answering.catch(() => {});
        sent.push(answering);
      };
      if (point) await killAt(stage, ticket, point, send);
      else await killAfterCommit(stage, send);
      const before = await whatIsThere(stage, ticket, part);
      if (before.is !== (point?.leaves ?? 'cancelled'))
        stage.findings.broken(`${ticket.id}, API killed when ${name}: ${JSON.stringify(before)}`);
      for (const broken of await brokenInvariants(stage.db))
        stage.findings.broken(`API killed when ${name}: ${broken}`);

      stage.victim.start();
      const [answer] = await Promise.all(sent);
      const replay = await stage.victimClient.cancel(call);
      const after = await whatIsThere(stage, ticket, part);
      const told = [answer, replay].every(
        (one) => one?.refund.id === after.refundId && one?.cancelledAt === after.cancelledAt,
      );
      const same = before.is === 'nothing' || before.refundId === after.refundId;
      if (!told || !same)
        stage.findings.broken(
          `${ticket.id}, killed when ${name}: ${JSON.stringify({ answer, replay, after })}`,
        );
      // By the other API: jobs of the victim that wait for the next lock would look like those of the next step.
      if (part) await stage.client.cancel(await stage.client.prepare(ticket));
    } catch (error) {
      stage.findings.broken(`the API could not be killed when ${name}: ${error}`);
      await stage.victim.kill('anywhere');
    }
  }
}

async function killAt(
  { victim, database: { sql } }: Stage,
  { id }: TicketToCancel,
  point: KillPoint,
  send: () => void,
) {
  const lock = await holdLock(sql, point.lock(id));
  try {
    send();
    await untilWaits(sql, 'usher_victim', point.waitsWith);
    await victim.kill(point.name);
    if (point.leaves === 'nothing' || point.losesLastStatement) await endSessions(sql, 'usher_victim');
  } finally {
    await lock.release();
  }
  await untilGone(sql, 'usher_victim');
}

/**
 * Two locks stop the API after its COMMIT: while it waits inside COMMIT, a lock on the payments is queued behind its
 * own. When COMMIT continues, that lock is granted, and reading the payment for the response waits.
 */
async function killAfterCommit({ victim, database: { sql } }: Stage, send: () => void) {
  const gate = await holdLock(sql, insideCommit);
  let queued: Promise<HeldLock> | null = null;
  try {
    send();
    await untilWaits(sql, 'usher_victim', 'commit');
    queued = holdLock(sql, 'lock table payments in access exclusive mode');
    await untilWaits(sql, 'usher', 'lock table payments');
  } finally {
    await gate.release();
  }
  const lock = await queued;
  try {
    await untilWaits(sql, 'usher_victim', 'from "payments"');
    await victim.kill(AFTER_COMMIT);
  } finally {
    await lock.release();
  }
  await untilGone(sql, 'usher_victim');
}

/**
 * Everything that a cancellation writes.
 *
 * @param part the seats that it cancels; null for all
 */
async function whatIsThere({ db, database: { sql } }: Stage, { id }: TicketToCancel, part: string[] | null) {
  const [ticket] = await db.select().from(tickets).where(eq(tickets.id, id));
  const [payment] = await db.select().from(payments).where(eq(payments.ticketId, id));
  const [refund] = await db.select().from(refunds).where(eq(refunds.ticketId, id));
  const events = await db.select().from(ticketEvents).where(eq(ticketEvents.ticketId, id));
  const sold = await db.select().from(ticketSeats).where(eq(ticketSeats.ticketId, id));
  const held = await db.$count(showSeats, eq(showSeats.ticketId, id));
  const marked = sold.filter(({ refundId }) => refundId === refund?.id);
  const written = {
    ticket: part ? marked.length === part.length : ticket?.status === 'CANCELLED',
    payment: payment?.status === (part ? 'PARTIALLY_REFUNDED' : 'REFUNDED'),
    seats: held === (part ? sold.length - part.length : 0),
    refund: refund !== undefined,
    event: events.some(({ type }) => type === (part ? 'SEATS_CANCELLED' : 'CANCELLED')),
    messages: (await db.select().from(notifications).where(eq(notifications.ticketId, id))).length > 0,
    key: (await db.select().from(idempotencyKeys).where(eq(idempotencyKeys.ticketId, id))).length > 0,
  };
  const jobsOfNothing = await sql`
    select from graphile_worker._private_jobs
    where payload->>'ticketId' in (select id from tickets where status = 'CONFIRMED' and id not in (select ticket_id from refunds))
      or payload->>'refundId' not in (select id from refunds)`;
  const values = Object.values(written);
  const is = values.every(Boolean)
    ? 'cancelled'
    : values.some(Boolean) || jobsOfNothing.length > 0
      ? 'a part'
      : 'nothing';
  return { is, ...written, refundId: refund?.id, cancelledAt: refund?.requestedAt.toISOString() };
}
