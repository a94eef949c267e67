import DataLoader from 'dataloader';
import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../platform/db/database.ts';
import { isDistributed } from '../platform/db/distribution/is-distributed.ts';
import { type Builder, statement } from '../platform/db/statement.ts';
import { payments, shows, tickets } from '../platform/db/tables/index.ts';
import type { TicketKey } from './lock-ticket.ts';
import { seatsOfTicket, seatsOfTicketOf, type TicketRow, ticketFields, withPolicies } from './ticket-row.ts';

/** Loads tickets with their seats and payment; null for a missing ticket and for a ticket of another user. */
export type TicketReader = Pick<DataLoader<TicketKey, TicketRow | null>, 'load' | 'loadMany'>;

/** With larger batches, this process and the database would wait for each other instead of working concurrently. */
const MOST_TOGETHER = 8;

/**
 * Creates the ticket reader of a process. It batches the tickets that concurrent requests load in one turn of the event
 * loop, across users. It caches nothing, so each request sees everything committed before it (docs/decisions/037).
 */
export function createTicketReader(db: Database): TicketReader {
  let spread: boolean | undefined;
  const read = async (keys: readonly TicketKey[]) => {
    if (keys.length > 1) {
      spread ??= await isDistributed(db);
      if (!spread) return readTogether(db, keys);
    }
    return Promise.all(keys.map((key) => readOne(db, key)));
  };
  return new DataLoader(read, {
    cache: false,
    maxBatchSize: MOST_TOGETHER,
    batchScheduleFn: (dispatch) => setImmediate(dispatch),
  });
}

async function readOne(db: Database, { userId, ticketId }: TicketKey): Promise<TicketRow | null> {
  const [row] = await withPolicies(db, await ticketByKey(db, { userId, ticketId }));
  return row ?? null;
}

async function readTogether(db: Database, keys: readonly TicketKey[]): Promise<(TicketRow | null)[]> {
  const found = await ticketsByKeys(db, {
    userIds: keys.map(({ userId }) => userId),
    ticketIds: keys.map(({ ticketId }) => ticketId),
  });
  const rows = await withPolicies(db, found);
  // Match the user id too: a row must go only to its owner.
  return keys.map(
    ({ userId, ticketId }) =>
      rows.find(({ ticket }) => ticket.userId === userId && ticket.id === ticketId) ?? null,
  );
}

const ticketByKey = statement((db) =>
  selectTickets(db, seatsOfTicket)
    .where(and(eq(tickets.userId, sql.placeholder('userId')), eq(tickets.id, sql.placeholder('ticketId'))))
    .prepare('ticket_by_key'),
);

/**
 * PostgreSQL keeps one generic plan for this query, with index scans by key, whatever the table statistics are. The
 * subqueries hide the lengths of the arrays from the planner. The pattern matches every id, but the planner estimates
 * that one row remains.
 */
const ticketsByKeys = statement((db) =>
  selectTickets(db, seatsOfTicketOf(tickets.userId))
    .innerJoin(
      sql`unnest((select ${sql.placeholder('userIds')}::text[]), (select ${sql.placeholder('ticketIds')}::text[]))
        as asked (user_id, ticket_id)`,
      and(
        sql`asked.ticket_id like 'TKT-%'`,
        eq(tickets.userId, sql`asked.user_id`),
        eq(tickets.id, sql`asked.ticket_id`),
      ),
    )
    .prepare('tickets_by_keys'),
);

function selectTickets(db: Builder, seats: typeof seatsOfTicket) {
  return db
    .select({ ...ticketFields, seats, payment: payments })
    .from(tickets)
    .innerJoin(shows, eq(shows.id, tickets.showId))
    .leftJoin(payments, and(eq(payments.userId, tickets.userId), eq(payments.ticketId, tickets.id)));
}
