import { and, eq, inArray } from 'drizzle-orm';
import type { Database } from '../platform/db/database.ts';
import { payments, refunds, tickets } from '../platform/db/tables/index.ts';
import type { TicketKey } from '../tickets/lock-ticket.ts';
import type { RefundRow } from './refund-transitions.ts';

/** What our database knows of the money of a ticket. */
export interface TicketBooks extends TicketKey {
  status: (typeof tickets.$inferSelect)['status'];
  /** The gateway's id of the payment. */
  transactionId: string | null;
  /** One for each step; unordered. */
  refunds: RefundRow[];
}

/** Tickets in one statement. */
const BATCH = 1_000;

/** Reads tickets with their payment and refunds; those that do not exist are missing. Takes no locks. */
export async function readTicketBooks(db: Database, keys: readonly TicketKey[]): Promise<TicketBooks[]> {
  const found: (Omit<TicketBooks, 'refunds'> & { refund: RefundRow | null })[] = [];
  for (let first = 0; first < keys.length; first += BATCH) {
    const batch = keys.slice(first, first + BATCH);
    const rows = await db
      .select({
        userId: tickets.userId,
        ticketId: tickets.id,
        status: tickets.status,
        transactionId: payments.transactionId,
        refund: refunds,
      })
      .from(tickets)
      .leftJoin(payments, and(eq(payments.userId, tickets.userId), eq(payments.ticketId, tickets.id)))
      .leftJoin(refunds, and(eq(refunds.userId, tickets.userId), eq(refunds.ticketId, tickets.id)))
      .where(
        and(
          inArray(
            tickets.userId,
            batch.map(({ userId }) => userId),
          ),
          inArray(
            tickets.id,
            batch.map(({ ticketId }) => ticketId),
          ),
        ),
      );
    found.push(...rows);
  }
  const books = new Map<string, TicketBooks>();
  for (const { refund, ...ticket } of found) {
    const key = JSON.stringify([ticket.userId, ticket.ticketId]);
    const known = books.get(key) ?? { ...ticket, refunds: [] };
    if (refund) known.refunds.push(refund);
    books.set(key, known);
  }
  return [...books.values()];
}
