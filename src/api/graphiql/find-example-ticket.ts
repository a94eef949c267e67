import { and, desc, eq, gt } from 'drizzle-orm';
import type { Database } from '../../platform/db/database.ts';
import { payments, shows, tickets } from '../../platform/db/tables/index.ts';
import { formatRupees } from '../../platform/money/money.ts';
import { quoteCancellation } from '../../tickets/policies/cancellation-policy.ts';
import { ticketFields, withPolicies } from '../../tickets/ticket-row.ts';

export interface ExampleTicket {
  id: string;
  /** The refund if it is cancelled now, in rupees, such as "333.00". */
  refund: string;
}

/** Finds the user's ticket with the latest show that can be cancelled now. Null if there is none. */
export async function findExampleTicket(
  db: Database,
  userId: string,
  now: Date,
): Promise<ExampleTicket | null> {
  const upcoming = await db
    .select({ ...ticketFields, payment: payments })
    .from(tickets)
    .innerJoin(shows, eq(shows.id, tickets.showId))
    .leftJoin(payments, and(eq(payments.userId, tickets.userId), eq(payments.ticketId, tickets.id)))
    .where(and(eq(tickets.userId, userId), eq(tickets.status, 'CONFIRMED'), gt(shows.startTime, now)))
    .orderBy(desc(shows.startTime), desc(tickets.id));
  for (const { ticket, showStart, policy, payment } of await withPolicies(db, upcoming)) {
    const quote = quoteCancellation({ ...ticket, showStart, policy, payment }, now);
    if (quote) return { id: ticket.id, refund: formatRupees(quote.refundAmount) };
  }
  return null;
}
