import { and, eq } from 'drizzle-orm';
import { DEMO_USER } from '../../../src/dev/demo/load-demo-data.ts';
import type { Database } from '../../../src/platform/db/database.ts';
import {
  cancellationPolicies,
  payments,
  refunds,
  shows,
  tickets,
} from '../../../src/platform/db/tables/index.ts';

export type OwnedTicket = Awaited<ReturnType<typeof ownedTickets>>[number];

/** The demo user's tickets with what hangs on each: a row for each refund of one. */
export async function ownedTickets(db: Database, now: Date) {
  const rows = await db
    .select()
    .from(tickets)
    .innerJoin(shows, eq(shows.id, tickets.showId))
    .innerJoin(cancellationPolicies, eq(cancellationPolicies.id, tickets.policyId))
    .leftJoin(payments, and(eq(payments.userId, tickets.userId), eq(payments.ticketId, tickets.id)))
    .leftJoin(refunds, and(eq(refunds.userId, tickets.userId), eq(refunds.ticketId, tickets.id)))
    .where(eq(tickets.userId, DEMO_USER.id));
  return rows.map((row) => ({
    ticket: row.tickets,
    policy: row.cancellation_policies.name,
    partial: row.cancellation_policies.partial,
    payment: row.payments,
    refund: row.refunds,
    minutesAhead: (row.shows.startTime.getTime() - now.getTime()) / 60_000,
  }));
}
