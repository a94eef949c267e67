import { sql } from 'drizzle-orm';
import {
  char,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core';
import { seatType, shows } from './catalogue.ts';
import { id, instant, isExact, paise } from './columns.ts';
import { cancellationPolicies } from './policies.ts';

export const ticketStatus = pgEnum('ticket_status', ['PENDING_PAYMENT', 'CONFIRMED', 'CANCELLED', 'EXPIRED']);
export const ticketEventType = pgEnum('ticket_event_type', [
  'HELD',
  'CONFIRMED',
  'CANCELLED',
  'EXPIRED',
  'REFUND_PROCESSED',
  'REFUND_FAILED',
  'REFUND_RETRIED',
  'SEATS_CANCELLED',
]);
export const eventActor = pgEnum('event_actor', ['USER', 'SYSTEM', 'GATEWAY', 'OPERATOR']);

export const users = pgTable(
  'users',
  {
    id: id('id').primaryKey(),
    name: text('name').notNull(),
    email: text('email').notNull(),
    phone: text('phone'),
    /** BCP 47, such as en-IN or hi-IN. */
    locale: text('locale').notNull().default('en-IN'),
  },
  (user) => [check('users_id_length', sql`length(${user.id}) between 1 and 64`)],
);

export const tickets = pgTable(
  'tickets',
  {
    userId: id('user_id')
      .notNull()
      .references(() => users.id),
    id: id('id').notNull(),
    showId: id('show_id')
      .notNull()
      .references(() => shows.id),
    policyId: id('policy_id')
      .notNull()
      .default('policy-flat-10-v1')
      .references(() => cancellationPolicies.id),
    status: ticketStatus('status').notNull(),
    bookingTime: instant('booking_time').notNull(),
    holdExpiresAt: instant('hold_expires_at'),
    cancelledAt: instant('cancelled_at'),
    baseAmount: paise('base_amount').notNull(),
    discount: paise('discount').notNull().default(sql`0`),
    convenienceFee: paise('convenience_fee').notNull().default(sql`0`),
    totalAmount: paise('total_amount').notNull(),
    currency: char('currency', { length: 3 }).notNull().default('INR'),
    /**
     * Copies of the show's times, by which lists sort and filter (docs/decisions/054). A trigger fills them; a sweep
     * follows a moved show. Nothing else may depend on them: deadlines and answers use the show's row.
     */
    listedStart: instant('listed_start'),
    listedEnd: instant('listed_end'),
  },
  (ticket) => [
    primaryKey({ columns: [ticket.userId, ticket.id] }),
    // Covers lists of tickets, which read it backwards (Drizzle's desc() would add NULLS LAST, which no query uses). It
    // keeps a user's tickets together, whenever they were sold.
    index('tickets_as_listed').on(
      ticket.userId,
      ticket.bookingTime,
      ticket.id,
      ticket.showId,
      ticket.policyId,
      ticket.status,
      ticket.totalAmount,
    ),
    // As above, for lists by show time, by amount, and of one status.
    index('tickets_by_show_time').on(
      ticket.userId,
      ticket.listedStart,
      ticket.id,
      ticket.listedEnd,
      ticket.showId,
      ticket.policyId,
      ticket.status,
      ticket.bookingTime,
      ticket.totalAmount,
    ),
    index('tickets_by_amount').on(
      ticket.userId,
      ticket.totalAmount,
      ticket.id,
      ticket.showId,
      ticket.policyId,
      ticket.status,
      ticket.bookingTime,
    ),
    index('tickets_by_status').on(
      ticket.userId,
      ticket.status,
      ticket.bookingTime,
      ticket.id,
      ticket.showId,
      ticket.policyId,
      ticket.totalAmount,
    ),
    index('tickets_of_show').on(ticket.showId),
    // Empty but for moments: the tickets that have no copies yet.
    index('tickets_unlisted').on(ticket.userId).where(sql`${ticket.listedStart} is null`),
    index('tickets_hold_expiry').on(ticket.holdExpiresAt).where(sql`${ticket.status} = 'PENDING_PAYMENT'`),
    check('tickets_id_shape', sql`${ticket.id} ~ '^TKT-[A-Za-z0-9-]{1,60}$'`),
    check(
      'tickets_price_breakdown',
      sql`${ticket.baseAmount} - ${ticket.discount} + ${ticket.convenienceFee} = ${ticket.totalAmount}`,
    ),
    check(
      'tickets_amounts',
      sql`${ticket.baseAmount} >= 0 and ${ticket.discount} >= 0 and ${ticket.convenienceFee} >= 0 and ${ticket.totalAmount} >= 0`,
    ),
    check(
      'tickets_amounts_exact',
      sql`${isExact(ticket.baseAmount)} and ${isExact(ticket.convenienceFee)} and ${isExact(ticket.totalAmount)}`,
    ),
    check('tickets_currency', sql`${ticket.currency} = 'INR'`),
    check(
      'tickets_cancelled_at',
      sql`(${ticket.status} = 'CANCELLED') = (${ticket.cancelledAt} is not null)`,
    ),
    check(
      'tickets_hold',
      sql`${ticket.status} not in ('PENDING_PAYMENT', 'EXPIRED') or ${ticket.holdExpiresAt} is not null`,
    ),
  ],
);

/** The seats of a ticket as sold. Later changes of the hall or its prices do not affect them. */
export const ticketSeats = pgTable(
  'ticket_seats',
  {
    userId: id('user_id').notNull(),
    ticketId: id('ticket_id').notNull(),
    seatId: id('seat_id').notNull(),
    row: id('row').notNull(),
    number: id('number').notNull(),
    seatType: seatType('seat_type').notNull(),
    price: paise('price').notNull(),
    /**
     * When the seat was cancelled before the rest of its ticket, and the refund that returns its money. Null while it
     * is live, and for the seats that were cancelled together with the ticket.
     */
    cancelledAt: instant('cancelled_at'),
    refundId: id('refund_id'),
  },
  (seat) => [
    primaryKey({ columns: [seat.userId, seat.ticketId, seat.seatId] }),
    // Covers the seat labels of lists. It keeps a user's seats together, whenever they were sold.
    index('ticket_seats_by_label').on(seat.userId, seat.ticketId, seat.row, seat.number),
    foreignKey({ columns: [seat.userId, seat.ticketId], foreignColumns: [tickets.userId, tickets.id] }),
    // Almost empty: tickets of which some seats were cancelled.
    index('ticket_seats_cancelled')
      .on(seat.userId, seat.ticketId)
      .where(sql`${seat.cancelledAt} is not null`),
    check('ticket_seats_cancelled', sql`(${seat.cancelledAt} is null) = (${seat.refundId} is null)`),
    check('ticket_seats_price', sql`${seat.price} >= 0`),
    check('ticket_seats_price_exact', isExact(seat.price)),
  ],
);

/** The history of a ticket, append-only. `seq` counts from 1 and is assigned under the ticket's lock. */
export const ticketEvents = pgTable(
  'ticket_events',
  {
    userId: id('user_id').notNull(),
    ticketId: id('ticket_id').notNull(),
    seq: integer('seq').notNull(),
    type: ticketEventType('type').notNull(),
    actor: eventActor('actor').notNull(),
    at: instant('at').notNull(),
    facts: jsonb('facts').$type<Record<string, unknown>>().notNull().default({}),
  },
  (event) => [
    primaryKey({ columns: [event.userId, event.ticketId, event.seq] }),
    foreignKey({ columns: [event.userId, event.ticketId], foreignColumns: [tickets.userId, tickets.id] }),
  ],
);
