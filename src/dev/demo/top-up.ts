import { and, eq, exists, isNotNull, lte } from 'drizzle-orm';
import type { Transaction } from '../../platform/db/database.ts';
import {
  cancellationAttempts,
  cancellationPolicies,
  shows,
  ticketSeats,
  tickets,
} from '../../platform/db/tables/index.ts';
import { minutesAfter } from '../../platform/time/india-time.ts';
import { endHold } from '../../tickets/expire-hold.ts';
import { findSeats } from './find-seats.ts';
import type { Sale } from './sale.ts';
import type { PlannedShow } from './schedule.ts';
import { sellTicket } from './sell-ticket.ts';
import { showWindow, TICKET_KINDS, type TicketKind } from './ticket-kinds.ts';
import { DEMO_USER } from './users.ts';
import { writeTickets } from './write-tickets.ts';

/** Gives the demo user one ticket of each kind that they do not have. */
export async function topUp(tx: Transaction, now: Date): Promise<void> {
  await tx.delete(cancellationAttempts).where(eq(cancellationAttempts.userId, DEMO_USER.id));
  await expireHolds(tx, now);
  const owned = await ownedTickets(tx);
  const missing = TICKET_KINDS.filter((kind) => !owned.some((ticket) => isOfKind(ticket, kind, now)));
  const policies = await tx.select().from(cancellationPolicies);
  for (const [index, kind] of missing.entries()) {
    const policy = policies.find(({ id }) => id === kind.policyId);
    if (!policy) throw new Error(`no policy ${kind.policyId}`);
    const { show, seats } = await findSeats(tx, kind, now);
    const ordinal = owned.length + index;
    const ticket = sellTicket({ ...saleOf(kind, show, now), ordinal, show, seats, policy });
    // Sequentially, so that the next kind does not find the same seats.
    await writeTickets(tx, [ticket]);
  }
}

/** Expires the demo user's holds that have timed out, so that they do not pile up from start to start. */
async function expireHolds(tx: Transaction, now: Date): Promise<void> {
  const over = await tx
    .select()
    .from(tickets)
    .where(
      and(
        eq(tickets.userId, DEMO_USER.id),
        eq(tickets.status, 'PENDING_PAYMENT'),
        lte(tickets.holdExpiresAt, now),
      ),
    )
    .for('update');
  for (const hold of over) await endHold(tx, hold, now);
}

async function ownedTickets(tx: Transaction) {
  return await tx
    .select({
      status: tickets.status,
      policyId: tickets.policyId,
      baseAmount: tickets.baseAmount,
      totalAmount: tickets.totalAmount,
      showStart: shows.startTime,
      isPartlyCancelled: exists(
        tx
          .select({ seatId: ticketSeats.seatId })
          .from(ticketSeats)
          .where(
            and(
              eq(ticketSeats.userId, tickets.userId),
              eq(ticketSeats.ticketId, tickets.id),
              isNotNull(ticketSeats.cancelledAt),
            ),
          ),
      ).mapWith(Boolean),
    })
    .from(tickets)
    .innerJoin(shows, eq(shows.id, tickets.showId))
    .where(eq(tickets.userId, DEMO_USER.id));
}

type OwnedTicket = Awaited<ReturnType<typeof ownedTickets>>[number];

function isOfKind(ticket: OwnedTicket, kind: TicketKind, now: Date): boolean {
  const { earliest, latest } = showWindow(kind, now);
  return (
    ticket.status === kind.status &&
    ticket.policyId === kind.policyId &&
    ticket.isPartlyCancelled === (kind.partlyCancelled !== undefined) &&
    ticket.showStart >= earliest &&
    ticket.showStart <= latest &&
    hasPriceOf(ticket, kind)
  );
}

function hasPriceOf({ baseAmount, totalAmount }: OwnedTicket, kind: TicketKind): boolean {
  if (kind.seatPrice === undefined) return true;
  const expected = kind.seatPrice * BigInt(kind.seats);
  return baseAmount === expected && totalAmount === expected - kind.discount + kind.convenienceFee;
}

function saleOf(
  kind: TicketKind,
  { startTime }: PlannedShow,
  now: Date,
): Omit<Sale, 'ordinal' | 'show' | 'seats' | 'policy'> {
  const { status, discount, convenienceFee, paymentMode, bookedBefore, cancelledBefore, partlyCancelled } =
    kind;
  return {
    userId: DEMO_USER.id,
    status,
    discount,
    convenienceFee,
    paymentMode,
    bookingTime: minutesAfter(startTime < now ? startTime : now, -bookedBefore),
    cancelledAt: cancelledBefore === undefined ? null : minutesAfter(startTime, -cancelledBefore),
    partlyCancelled: partlyCancelled && {
      seats: partlyCancelled.seats,
      at: minutesAfter(now, -partlyCancelled.before),
    },
  };
}
