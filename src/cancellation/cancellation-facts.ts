import { and, eq, sql } from 'drizzle-orm';
import type { Clock } from '../platform/db/clock.ts';
import type { Transaction } from '../platform/db/database.ts';
import { timedStatement } from '../platform/db/statement.ts';
import {
  cancellationPolicies,
  idempotencyKeys,
  payments,
  refunds,
  shows,
  tickets,
} from '../platform/db/tables/index.ts';
import { seatsOfTicket, ticketFields } from '../tickets/ticket-row.ts';
import { attemptAtLimit } from './cancellation-attempts.ts';
import { isKeyOfCall, type KeyedCall } from './idempotency-keys.ts';

const factsOfTicket = timedStatement((db, now) =>
  db
    .select({
      ...ticketFields,
      policy: cancellationPolicies,
      seats: seatsOfTicket,
      payment: {
        id: payments.id,
        status: payments.status,
        amount: payments.amount,
        refundAmount: payments.refundAmount,
        refundInitiatedAt: payments.refundInitiatedAt,
      },
      usedKey: idempotencyKeys,
      attemptAtLimit: attemptAtLimit(db, now),
      now: sql`${now}`.mapWith(tickets.bookingTime).as('now'),
      lastStep: sql<number>`coalesce((select max(${refunds.step}) from ${refunds} where ${refunds.userId} = ${sql.placeholder('userId')} and ${refunds.ticketId} = ${tickets.id}), 0)`,
    })
    .from(tickets)
    .innerJoin(shows, eq(shows.id, tickets.showId))
    .innerJoin(cancellationPolicies, eq(cancellationPolicies.id, tickets.policyId))
    .leftJoin(payments, and(eq(payments.userId, tickets.userId), eq(payments.ticketId, tickets.id)))
    .leftJoin(idempotencyKeys, isKeyOfCall)
    .where(and(eq(tickets.userId, sql.placeholder('userId')), eq(tickets.id, sql.placeholder('ticketId'))))
    .prepare('facts_of_ticket'),
);

/** Everything that the decision of a call depends on, and its time. */
export type CancellationFacts = NonNullable<Awaited<ReturnType<typeof readFacts>>>;

/**
 * Reads the facts of a call; null if there is no such ticket.
 *
 * @param limit the attempts that a user has in an hour
 */
export async function readFacts(tx: Transaction, clock: Clock, request: KeyedCall, limit: number) {
  const { userId, ticketId, idempotencyKey } = request;
  const [found] = await factsOfTicket(tx, clock, {
    userId,
    ticketId,
    key: idempotencyKey ?? '',
    placesBefore: limit - 1,
  });
  if (!found) return null;
  const { payment, usedKey, attemptAtLimit, now, lastStep, ...row } = found;
  return { row, payment, usedKey, attemptAtLimit, now, lastStep };
}
