import { and, eq, sql } from 'drizzle-orm';
import { type Statement, statement } from '../platform/db/statement.ts';
import { shows, tickets } from '../platform/db/tables/index.ts';
import { countOf } from './count-tickets.ts';
import { conditions, kindOf } from './list-conditions.ts';
import type { Page } from './page-arguments.ts';
import type { TicketFilter, TicketOrder } from './ticket-filter.input.ts';
import { beyond, orderBy } from './ticket-order.ts';
import {
  canCancelOfTicket,
  placesOfTicket,
  quoteOfTicket,
  rowsOfTicket,
  screeningFields,
  seatsOfTicket,
  type TicketRow,
  usualTicketFields,
} from './ticket-row.ts';
import { needs } from './to-ticket.ts';

/** A row of a page, as read. */
export type PageRow = Omit<TicketRow, 'policy'> & {
  /** In every row the same; up to one more than `MOST_COUNTED`. Absent unless selected. */
  counted?: number;
};

/** A page to read: which list, in which order, and what of each ticket. */
export interface PageKind {
  filter: TicketFilter;
  order: TicketOrder;
  page: Page;
  /** The selected fields of a ticket: only what they need is read. */
  fields: ReadonlySet<string>;
  /** Whether to count the list too. */
  isCounted: boolean;
}

/** What a statement reads beside the usual columns. */
interface Parts {
  everyColumn: boolean;
  screening: boolean;
  seats: 'sold' | 'places' | 'none';
  payment: boolean;
  cancellation: 'quote' | 'canCancel' | 'none';
  refunds: boolean;
  events: 'withFacts' | 'usual' | 'none';
  count: boolean;
}

/** All parts. A statement with them serves every selection. */
const EVERYTHING: Parts = {
  everyColumn: true,
  screening: true,
  seats: 'sold',
  payment: true,
  cancellation: 'quote',
  refunds: true,
  events: 'withFacts',
  count: true,
};

/** Each connection keeps the plan of every statement that it ran, so nobody may make more and more of them. */
const MOST_STATEMENTS = 300;

/** By list, order, page and parts. */
const statements = new Map<string, Statement<PageRow[]>>();

/**
 * Returns the prepared statement of a page. It reads everything selected in one round trip. After `MOST_STATEMENTS`
 * different ones, new selections get the one that reads all parts.
 */
export function pageStatement(kind: PageKind): Statement<PageRow[]> {
  const place = placeOf(kind);
  const parts = partsOf(kind);
  const exact = nameOf(place, parts);
  const isNew = !statements.has(exact) && statements.size >= MOST_STATEMENTS;
  const name = isNew ? nameOf(place, EVERYTHING) : exact;
  const known = statements.get(name) ?? build(kind, isNew ? EVERYTHING : parts, name);
  statements.set(name, known);
  return known;
}

function placeOf({ filter, order, page }: PageKind): string {
  const { backward, after, before } = page;
  return [
    kindOf(filter),
    order.field,
    order.direction,
    backward ? 'backward' : 'forward',
    after === null ? '' : 'after',
    before === null ? '' : 'before',
  ].join(' ');
}

function partsOf({ fields, isCounted, order }: PageKind): Parts {
  return {
    everyColumn: needs(fields, 'rareColumns'),
    // Cursors by show time need the show while its ticket has no copies.
    screening: needs(fields, 'screening') || order.field === 'SHOW_TIME',
    seats: needs(fields, 'seats') ? 'sold' : needs(fields, 'seatLabels') ? 'places' : 'none',
    payment: needs(fields, 'payment'),
    cancellation: fields.has('cancellationQuote') ? 'quote' : fields.has('canCancel') ? 'canCancel' : 'none',
    refunds: needs(fields, 'refunds'),
    events: fields.has('timeline.seatNumbers') ? 'withFacts' : needs(fields, 'events') ? 'usual' : 'none',
    count: isCounted,
  };
}

function nameOf(place: string, parts: Parts): string {
  return `page_of_tickets ${place} ${Object.values(parts).join(' ')}`;
}

/** What to select of the seats: everything, their rows and numbers, or nothing. */
const SEATS = { sold: { seats: seatsOfTicket }, places: { places: placesOfTicket }, none: {} };

/** What to select of the timeline. */
const EVENTS = {
  withFacts: { events: rowsOfTicket.eventsWithFacts },
  usual: { events: rowsOfTicket.events },
  none: {},
};

/** What to select for canCancel and the quote. */
const CANCELLATION = {
  quote: { cancellation: quoteOfTicket },
  canCancel: { cancellation: canCancelOfTicket },
  none: {},
};

function build({ filter, order, page }: PageKind, parts: Parts, name: string): Statement<PageRow[]> {
  const { payments, refunds } = rowsOfTicket;
  const usual =
    order.field === 'SHOW_TIME'
      ? { ...usualTicketFields, listedStart: tickets.listedStart }
      : usualTicketFields;
  const selected = {
    ...(parts.everyColumn ? { ticket: tickets } : usual),
    ...(parts.screening && screeningFields),
    ...SEATS[parts.seats],
    ...(parts.payment && { payments }),
    ...CANCELLATION[parts.cancellation],
    ...(parts.refunds && { refunds }),
    ...EVENTS[parts.events],
    ...(parts.count && { counted: countOf(filter) }),
  } as typeof usualTicketFields & typeof screeningFields;
  return statement((db) => {
    const query = db.select(selected).from(tickets).$dynamic();
    return (parts.screening ? query.innerJoin(shows, eq(shows.id, tickets.showId)) : query)
      .where(
        and(
          ...conditions(filter),
          page.after === null ? undefined : beyond(order, 'after'),
          page.before === null ? undefined : beyond(order, 'before'),
        ),
      )
      .orderBy(...orderBy(order, page.backward))
      .limit(sql.placeholder('limit'))
      .prepare(name);
  });
}
