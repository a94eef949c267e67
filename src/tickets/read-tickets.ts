import type { RequestContext } from './request-context.ts';
import { bySeatLabel, compareLabels, seatLabel } from './seats/seat-label.ts';
import { loadSeatMaps } from './shows/seat-map.loader.ts';
import { loadShows } from './shows/show.loader.ts';
import type { Ticket } from './ticket.type.ts';
import type { TicketRow } from './ticket-row.ts';
import { needs, type TicketParts, ticketMaker } from './to-ticket.ts';

/**
 * Reads what the asked fields of these tickets need, each kind of it once for all of them. After it nothing of a ticket
 * is waited for: a wait for every field of every ticket costs more than the database does.
 *
 * @param fields the names of the fields that are asked for
 * @param now the one time that every derived field uses
 */
export async function readTickets(
  rows: readonly TicketRow[],
  fields: ReadonlySet<string>,
  { loaders, publicUrl }: RequestContext,
  now: Date,
): Promise<Ticket[]> {
  const ofEach = <Part>(part: keyof TicketParts, read: (row: TicketRow) => Part | Promise<Part>) =>
    needs(fields, part) ? Promise.all(rows.map(read)) : [];
  const seatsOf = async ({ seats, ticket }: TicketRow) => seats ?? loaders.seats.load(ticket.id);
  const [shows, seatMaps, seats, seatLabels, payments, refunds, events, qrCodes] = await Promise.all([
    needs(fields, 'show') ? loadShows(loaders, rows, publicUrl) : [],
    needs(fields, 'seatMap') ? loadSeatMaps(loaders.seatMaps, rows) : [],
    ofEach('seats', seatsOf),
    ofEach('seatLabels', (row) => row.seatLabels ?? seatsOf(row).then((seats) => seats.map(seatLabel))),
    ofEach('payment', async ({ ticket, payment }) =>
      payment === undefined ? ((await loaders.payments.load(ticket.id))[0] ?? null) : payment,
    ),
    ofEach('refund', async ({ ticket }) => (await loaders.refunds.load(ticket.id))[0] ?? null),
    ofEach('events', async ({ ticket }) => (await loaders.events.load(ticket.id)).toSorted(bySeq)),
    ofEach('qrCode', ({ ticket }) =>
      ticket.status === 'CONFIRMED' ? loaders.qrCodes.load(ticket.id) : null,
    ),
  ]);
  const toTicket = ticketMaker(fields);
  return rows.map((row, index) => {
    const parts: TicketParts = {
      show: shows[index],
      seatMap: seatMaps[index],
      seats: seats[index] && inOrder(seats[index], bySeatLabel),
      seatLabels: seatLabels[index] && inOrder(seatLabels[index], compareLabels),
      payment: payments[index],
      refund: refunds[index],
      events: events[index],
      qrCode: qrCodes[index],
    };
    return toTicket({ row, parts, now });
  });
}

/** The seats of most tickets come in order; sorting them anyway is a tenth of what a page leaves to the garbage collector. */
function inOrder<Item>(items: Item[], compare: (a: Item, b: Item) => number): Item[] {
  const isInOrder = items.every((item, index) => index === 0 || compare(items[index - 1] as Item, item) <= 0);
  return isInOrder ? items : items.toSorted(compare);
}

function bySeq(a: { seq: number }, b: { seq: number }): number {
  return a.seq - b.seq;
}
