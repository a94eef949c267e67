import { byStep } from './payments/refund-step.ts';
import type { RequestContext } from './request-context.ts';
import { bySeat, type Place, seatLabel } from './seats/seat-label.ts';
import { loadSeatMaps } from './shows/seat-map.loader.ts';
import { loadShows } from './shows/show.loader.ts';
import type { Ticket } from './ticket.type.ts';
import { type CancellationFacts, priceOf, type TicketRow } from './ticket-row.ts';
import { needs, type TicketParts, ticketMaker } from './to-ticket.ts';

/**
 * Builds the selected fields of tickets. It reads each kind of data once for all tickets. Its tickets contain no
 * promises: awaiting every field of every ticket would take longer than the queries do.
 *
 * @param fields the names of the selected fields, from `selectedTicketFields`
 * @param now the time for all derived fields
 * @returns the tickets in the order of the rows
 */
export async function readTickets(
  rows: readonly TicketRow[],
  fields: ReadonlySet<string>,
  { loaders, publicUrl, organizer }: RequestContext,
  now: Date,
): Promise<Ticket[]> {
  const ofEach = <Part>(part: keyof TicketParts, read: (row: TicketRow) => Part | Promise<Part>) =>
    needs(fields, part) ? together(rows.map(read)) : [];
  const seatsOf = ({ seats, ticket }: TicketRow) => seats ?? loaders.seats.load(ticket.id);
  const paymentOf = ({ ticket, payment, payments }: TicketRow) =>
    payment === undefined ? firstOf(payments ?? loaders.payments.load(ticket.id)) : payment;
  /** Of a row with every column. */
  const cancellationOf = async (row: TicketRow): Promise<CancellationFacts> => {
    const [payment, seats] = await Promise.all([paymentOf(row), seatsOf(row)]);
    return { payment, price: priceOf(row), seats };
  };
  const [shows, seatMaps, seats, places, payments, cancellations, refunds, events, qrCodes] =
    await Promise.all([
      needs(fields, 'show') ? loadShows(loaders, rows, publicUrl) : [],
      needs(fields, 'seatMap') ? loadSeatMaps(loaders.seatMaps, rows) : [],
      ofEach('seats', seatsOf),
      ofEach('seatLabels', (row) => row.places ?? seatsOf(row)),
      ofEach('payment', paymentOf),
      ofEach('cancellation', (row) =>
        row.cancellation === undefined ? cancellationOf(row) : row.cancellation,
      ),
      ofEach('refunds', ({ ticket, refunds }) => refunds ?? loaders.refunds.load(ticket.id)),
      ofEach('events', ({ ticket, events }) => events ?? loaders.events.load(ticket.id)),
      ofEach('qrCode', ({ ticket }) =>
        ticket.status === 'CONFIRMED' ? loaders.qrCodes.load(ticket.id) : null,
      ),
    ]);
  const toTicket = ticketMaker(fields);
  return rows.map((row, index) => {
    const parts: TicketParts = {
      show: shows[index],
      seatMap: seatMaps[index],
      seats: seats[index] && inOrder(seats[index], bySeat),
      seatLabels: places[index] && inOrder<Place>(places[index], bySeat).map(seatLabel),
      payment: payments[index],
      cancellation: cancellations[index],
      refunds: refunds[index] && inOrder(refunds[index], byStep),
      events: events[index] && inOrder(events[index], bySeq),
      qrCode: qrCodes[index],
    };
    return toTicket({ row, parts, now, organizer });
  });
}

/** Most parts come with their rows: only what has to be loaded is awaited. */
function together<Part>(parts: (Part | Promise<Part>)[]): Part[] | Promise<Part[]> {
  return parts.some((part) => part instanceof Promise) ? Promise.all(parts) : (parts as Part[]);
}

function firstOf<Row>(rows: Row[] | Promise<Row[]>): Row | null | Promise<Row | null> {
  return rows instanceof Promise ? rows.then(firstOf<Row>) : (rows[0] ?? null);
}

/** Sorts only if needed: most seats arrive in order, and sorting them causes a tenth of a page's garbage collection. */
function inOrder<Item>(items: Item[], compare: (a: Item, b: Item) => number): Item[] {
  const isInOrder = items.every((item, index) => index === 0 || compare(items[index - 1] as Item, item) <= 0);
  return isInOrder ? items : items.toSorted(compare);
}

function bySeq(a: { seq: number }, b: { seq: number }): number {
  return a.seq - b.seq;
}
