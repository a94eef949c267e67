import { type Place, seatLabel } from './seat-label.ts';

/** The seats of a ticket by their ids in the schema. */

/**
 * Returns the id of a seat in the schema, such as "TKT-20241215-ABC123:A1". A row that ends with a digit is kept apart
 * from the number: seat 11 of row 1 is not seat 1 of row 11.
 */
export function ticketSeatId(ticketId: string, seat: Place): string {
  const label = /\d$/.test(seat.row) ? `${seat.row}-${seat.number}` : seatLabel(seat);
  return `${ticketId}:${label}`;
}

/**
 * Finds seats of a ticket by their ids in the schema.
 *
 * @param ids null for every seat
 * @returns the ids of the seats in the hall, each once, and the ids that are of no seat of the ticket
 */
export function findSeats(
  seats: readonly (Place & { seatId: string })[],
  ticketId: string,
  ids: readonly string[] | null,
): { seatIds: string[] | null; unknown: string[] } {
  if (ids === null) return { seatIds: null, unknown: [] };
  const byId = new Map(seats.map((seat) => [ticketSeatId(ticketId, seat), seat.seatId]));
  const asked = [...new Set(ids)];
  return {
    seatIds: asked.flatMap((id) => byId.get(id) ?? []),
    unknown: asked.filter((id) => !byId.has(id)),
  };
}
