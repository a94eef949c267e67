import DataLoader from 'dataloader';
import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../platform/db/database.ts';
import { isDistributed } from '../platform/db/distribution/is-distributed.ts';
import { type Builder, statement } from '../platform/db/statement.ts';
import { payments, shows, tickets } from '../platform/db/tables/index.ts';
import type { TicketKey } from './lock-ticket.ts';
import { seatsOfTicket, seatsOfTicketOf, type TicketRow, ticketFields, withPolicies } from './ticket-row.ts';

/** Reads tickets with seats and payment; null for a missing one and for somebody else's alike. */
export type TicketReader = Pick<DataLoader<TicketKey, TicketRow | null>, 'load' | 'loadMany'>;

/** With more tickets in a statement, this process and the database wait for each other instead of working side by side. */
const MOST_TOGETHER = 8;

/**
 * Makes the one reader of a process: what its requests ask for while it hears them, it reads together, whoever they are. It
 * keeps nothing, so that each request sees what was committed before it came (docs/decisions/037).
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
  // A row goes to nobody but the user whom it names itself.
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
 * PostgreSQL plans it once, to read each ticket and what is its own by keys, whatever it knows of the tables: it cannot see
 * how long the lists are, as they are in subqueries, and it expects the pattern, which fits every id, to leave one of them.
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
