import { type Place, seatLabel } from './seat-label.ts';

/** The seats of a ticket by their ids in the schema. */

/**
 * Returns the id of a seat in the schema, such as "TKT-20241215-ABC123:A1". A row that ends with a digit is kept apart
 * from the number: seat 11 of row 1 is not seat 1 of row 11.
 */
export function ticketSeatId(ticketId: string, seat: Place): string {
  const label = /[\d-]$/.test(seat.row) ? `${seat.row}-${seat.number}` : seatLabel(seat);
  return `${ticketId}:${label}`;
}

/** More ids than a ticket has seats, and so few that reading them takes no time. */
export const MOST_SEAT_IDS = 200;

/**
 * Finds seats of a ticket by their ids in the schema. The ids come from a client, so it stops at the first unknown one.
 *
 * @returns the ids of the seats in the hall, each once; null if an id is of no seat of the ticket, or there are none or
 *   more than `MOST_SEAT_IDS`
 */
export function findSeats(
  seats: readonly (Place & { seatId: string; cancelledAt: Date | null })[],
  ticketId: string,
  ids: readonly string[],
): string[] | null {
  if (ids.length === 0 || ids.length > MOST_SEAT_IDS) return null;
  const byId = new Map<string, (typeof seats)[number]>();
  for (const seat of seats) {
    const id = ticketSeatId(ticketId, seat);
    // Another service may have sold two seats of one label: the live one is meant.
    if (byId.get(id)?.cancelledAt !== null) byId.set(id, seat);
  }
  const found = new Set<string>();
  for (const id of ids) {
    const seat = byId.get(id);
    if (!seat) return null;
    found.add(seat.seatId);
  }
  return [...found];
}
