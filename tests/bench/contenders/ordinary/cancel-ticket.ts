import { randomUUID } from 'node:crypto';
import { and, asc, count, eq, gt, inArray, sql } from 'drizzle-orm';
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type * as tables from '../../../../src/platform/db/tables/index.ts';
import {
  cancellationAttempts,
  cancellationPolicies,
  idempotencyKeys,
  notifications,
  payments,
  refunds,
  showSeats,
  shows,
  ticketEvents,
  ticketSeats,
  tickets,
  users,
} from '../../../../src/platform/db/tables/index.ts';
import { quoteCancellation } from '../../../../src/tickets/policies/cancellation-policy.ts';
import { environment } from '../environment.ts';
import { type CancelTicketResult, Money } from './types.ts';

/** Usher's cancellation as sequential Drizzle queries. */
export async function cancelTicket(
  db: PostgresJsDatabase<typeof tables>,
  userId: string,
  ticketId: string,
  key: string,
): Promise<CancelTicketResult> {
  const ofKey = and(eq(idempotencyKeys.userId, userId), eq(idempotencyKeys.key, key));
  const [used] = await db.select().from(idempotencyKeys).where(ofKey);
  if (used) throw new Error('a replay');
  await takeAttempt(db, userId);
  const ofTicket = and(eq(tickets.userId, userId), eq(tickets.id, ticketId));
  const [owned] = await db.select().from(tickets).where(ofTicket);
  if (!owned) throw new Error('There is no such ticket of yours.');

  return db.transaction(async (tx) => {
    await tx.select().from(tickets).where(ofTicket).for('update');
    const [found] = await tx
      .select()
      .from(tickets)
      .innerJoin(shows, eq(shows.id, tickets.showId))
      .innerJoin(cancellationPolicies, eq(cancellationPolicies.id, tickets.policyId))
      .innerJoin(users, eq(users.id, tickets.userId))
      .innerJoin(payments, and(eq(payments.userId, tickets.userId), eq(payments.ticketId, tickets.id)))
      .where(ofTicket);
    if (!found) throw new Error('There is no such ticket of yours.');
    const [usedMeanwhile] = await tx.select().from(idempotencyKeys).where(ofKey);
    if (usedMeanwhile) throw new Error('a replay');
    const { tickets: ticket, payments: payment, cancellation_policies: policy } = found;
    const [clock] = await tx.execute<{ now: string }>(
      sql`select date_trunc('milliseconds', clock_timestamp()) as now`,
    );
    const now = new Date(clock?.now ?? '');
    const quote = quoteCancellation({ ...ticket, showStart: found.shows.startTime, policy, payment }, now);
    if (!quote) throw new Error('Cannot cancel');

    await tx.update(tickets).set({ status: 'CANCELLED', cancelledAt: now }).where(ofTicket);
    await tx
      .update(payments)
      .set({ status: 'REFUNDED', refundAmount: quote.refundAmount, refundInitiatedAt: now })
      .where(and(eq(payments.userId, userId), eq(payments.id, payment.id)));
    const sold = await tx
      .select()
      .from(ticketSeats)
      .where(and(eq(ticketSeats.userId, userId), eq(ticketSeats.ticketId, ticketId)));
    const held = await tx
      .select()
      .from(showSeats)
      .where(
        and(
          eq(showSeats.showId, ticket.showId),
          eq(showSeats.userId, userId),
          eq(showSeats.ticketId, ticketId),
        ),
      )
      .orderBy(asc(showSeats.seatId))
      .for('update');
    await tx
      .update(showSeats)
      .set({ status: 'AVAILABLE', userId: null, ticketId: null, lockedAt: null, lockedBy: null })
      .where(
        and(
          eq(showSeats.showId, ticket.showId),
          inArray(
            showSeats.seatId,
            held.map((seat) => seat.seatId),
          ),
        ),
      );
    const refundId = `refund-${randomUUID()}`;
    await tx.insert(refunds).values({
      userId,
      id: refundId,
      ticketId,
      paymentId: payment.id,
      originalAmount: quote.originalAmount,
      cancellationFee: quote.cancellationFee,
      refundAmount: quote.refundAmount,
      status: 'PROCESSING',
      etaMinBusinessDays: policy.etaMinBusinessDays,
      etaMaxBusinessDays: policy.etaMaxBusinessDays,
      requestedAt: now,
      nextAttemptAt: now,
    });
    const [events] = await tx
      .select({ count: count() })
      .from(ticketEvents)
      .where(and(eq(ticketEvents.userId, userId), eq(ticketEvents.ticketId, ticketId)));
    await tx.insert(ticketEvents).values({
      userId,
      ticketId,
      seq: (events?.count ?? 0) + 1,
      type: 'CANCELLED',
      actor: 'USER',
      at: now,
      facts: { seatsSold: sold.length, seatsReleased: held.length },
    });
    const channels = found.users.phone?.trim() ? (['EMAIL', 'SMS'] as const) : (['EMAIL'] as const);
    const message = {
      userId,
      ticketId,
      event: 'TICKET_CANCELLED',
      createdAt: now,
      nextAttemptAt: now,
    } as const;
    await tx.insert(notifications).values(channels.map((channel) => ({ ...message, channel })));
    await tx.insert(idempotencyKeys).values({ userId, key, ticketId, createdAt: now });
    await addJob(tx, 'send-refund', { userId, refundId });
    await addJob(tx, 'send-notifications', { userId, ticketId, event: 'TICKET_CANCELLED' });
    return {
      message: 'Ticket cancelled successfully',
      ticketId,
      status: 'CANCELLED',
      refund: {
        originalAmount: new Money(quote.originalAmount),
        refundAmount: new Money(quote.refundAmount),
        cancellationFee: new Money(quote.cancellationFee),
        refundStatus: 'PROCESSING',
        refundEta: `${policy.etaMinBusinessDays}-${policy.etaMaxBusinessDays} business days`,
      },
      cancelledAt: now,
    };
  });
}

function takeAttempt(db: PostgresJsDatabase<typeof tables>, userId: string): Promise<void> {
  return db.transaction(async (tx) => {
    await tx.select().from(users).where(eq(users.id, userId)).for('no key update');
    const [recent] = await tx
      .select({ count: count() })
      .from(cancellationAttempts)
      .where(
        and(
          eq(cancellationAttempts.userId, userId),
          gt(cancellationAttempts.attemptedAt, new Date(Date.now() - 3_600_000)),
        ),
      );
    if ((recent?.count ?? 0) >= environment.cancelAttemptsPerHour) throw new Error('Too many cancellations');
    await tx.insert(cancellationAttempts).values({ userId, id: randomUUID(), attemptedAt: new Date() });
  });
}

async function addJob(tx: Pick<PostgresJsDatabase, 'execute'>, name: string, payload: object): Promise<void> {
  await tx.execute(sql`select graphile_worker.add_job(${name}, payload := ${JSON.stringify(payload)}::json)`);
}
