import { sql } from 'drizzle-orm';
import type { TestApi } from '../../support/test-api.ts';
import { type GivenTicket, givenCatalogue, givenShow, givenTicket, HOUR } from '../../support/world.ts';
import type { KnownValues } from './arbitrary-operation.ts';

/** Every row of a user has this name in its ids, and nothing of anybody else has. */
export const USERS = ['amber', 'bronze', 'coral', 'denim', 'ebony', 'fawn'];

export const userId = (user: string) => `user-${user}`;

/** In hours from now. */
const STARTS = { past: -50, ongoing: -1, tooLate: 0.5, today: 6, later: 30 };

/** What each ticket of a user is, in turns. */
const KINDS: (Partial<GivenTicket> & { start: keyof typeof STARTS })[] = [
  { start: 'past' },
  { start: 'ongoing' },
  { start: 'tooLate' },
  { start: 'later', status: 'PENDING_PAYMENT' },
  { start: 'today', status: 'EXPIRED' },
  { start: 'today' },
  { start: 'later', policyId: 'policy-tiered-10-20-v1' },
  { start: 'today', policyId: 'policy-tiered-10-20-v1' },
  { start: 'later' },
  // Nothing was paid.
  { start: 'today', discount: 20_000n, convenienceFee: 0n },
  { start: 'later' },
  { start: 'today' },
];

const SEATS_OF_A_SHOW = 20;

/** Tickets in every status and timing for every user, sharing shows; returns the ids by user. */
export async function givenFuzzWorld(
  { database: { db } }: TestApi,
  now: Date,
  ticketsEach: number,
): Promise<Map<string, string[]>> {
  await givenCatalogue(db);
  await db.execute(sql`
    update movies set name = '<script>alert(1)</script>' || chr(8238) || E'\r\nBcc: x', poster_url = 'https://['`);
  const taken = new Map<keyof typeof STARTS, number>();
  const ids = new Map<string, string[]>();
  for (let turn = 0; turn < ticketsEach * USERS.length; turn += 1) {
    const user = USERS[turn % USERS.length] ?? '';
    const nth = Math.floor(turn / USERS.length);
    const { start, ...kind } = KINDS[nth % KINDS.length] ?? { start: 'later' as const };
    const seat = taken.get(start) ?? 0;
    taken.set(start, seat + 1);
    const showId = `show-${start}-${Math.floor(seat / SEATS_OF_A_SHOW)}`;
    const showStart = new Date(now.getTime() + STARTS[start] * HOUR);
    if (seat % SEATS_OF_A_SHOW === 0) await givenShow(db, showId, showStart);
    const id = `TKT-${user}-${nth}`;
    const seatNumbers = [String((seat % SEATS_OF_A_SHOW) + 1)];
    const bookingTime = new Date(now.getTime() - 60 * HOUR + (nth % 7) * HOUR);
    await givenTicket(db, { id, userId: userId(user), showId, showStart, seatNumbers, bookingTime, ...kind });
    ids.set(user, [...(ids.get(user) ?? []), id]);
  }
  return ids;
}

const LISTS = [
  {},
  { filter: { status: ['CONFIRMED'] } },
  { filter: { timing: 'UPCOMING' }, orderBy: { field: 'SHOW_TIME', direction: 'ASC' } },
  { orderBy: { field: 'TOTAL_AMOUNT', direction: 'DESC' } },
  { filter: { status: ['CANCELLED', 'EXPIRED'] }, orderBy: { field: 'BOOKING_TIME', direction: 'ASC' } },
];

/** What a user can find out, and the ids and cursors of the others that have leaked. */
export async function readKnownValues(
  api: TestApi,
  ids: Map<string, string[]>,
): Promise<Map<string, KnownValues>> {
  const pages = new Map<string, KnownValues['pages']>();
  for (const user of ids.keys()) {
    const found: KnownValues['pages'] = [];
    for (const list of LISTS) {
      const query = `query($filter: TicketFilter, $orderBy: TicketOrder) {
        myTickets(first: 50, filter: $filter, orderBy: $orderBy) { edges { cursor } } }`;
      const { data } = await api.send(query, { as: userId(user), variables: list });
      for (const { cursor } of data.myTickets.edges) found.push({ ...list, cursor });
    }
    pages.set(user, found);
  }
  const others = <Value>(user: string, of: Map<string, Value[]>) =>
    [...of].flatMap(([other, values]) => (other === user ? [] : values));
  return new Map(
    [...ids].map(([user, ownTickets]) => [
      user,
      {
        ownTickets,
        foreignTickets: others(user, ids),
        pages: pages.get(user) ?? [],
        foreignCursors: others(user, pages).map(({ cursor }) => cursor),
      },
    ]),
  );
}
