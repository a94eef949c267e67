import type { TicketReader } from './ticket-reader.ts';
import type { TicketRow } from './ticket-row.ts';

/** The viewer's tickets by id, each read once a request; null for a missing ticket and for somebody else's alike. */
export function createTicketsLoader(reader: TicketReader, userId: string) {
  const asked = new Map<string, Promise<TicketRow | null>>();
  return {
    load(id: string): Promise<TicketRow | null> {
      const known = asked.get(id);
      if (known) return known;
      const row = isTicketId(id) ? reader.load({ userId, ticketId: id }) : Promise.resolve(null);
      asked.set(id, row);
      return row;
    },
  };
}

/** The database stores no other id; some strings (NUL, lone surrogates) it could not even compare. */
export function isTicketId(id: string): boolean {
  return /^TKT-[A-Za-z0-9-]{1,60}$/.test(id);
}
