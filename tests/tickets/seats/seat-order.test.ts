import { afterAll, beforeAll, expect, it } from 'vitest';
import { readMessageFacts } from '../../../src/notifications/message-facts.ts';
import { seats, ticketSeats } from '../../../src/platform/db/tables/index.ts';
import { cancelWithoutApi } from '../../support/cancel-ticket.ts';
import { startTestApi, type TestApi } from '../../support/test-api.ts';
import { createTestClock } from '../../support/test-clock.ts';
import { givenCatalogue, givenTicket, HOUR } from '../../support/world.ts';

const NOW = new Date('2024-12-15T12:00:00Z');
const USER = 'user-asha';

const CASES = [
  ['TKT-LETTERS', ['AA 1', 'Z 2', 'A 10', 'B 1', 'A 2'], 'A2 A10 B1 Z2 AA1'],
  // "111" is seat 11 of row 1, and "112" seat 2 of row 11.
  ['TKT-NUMBERS', ['11 2', '2 1', '1 11', '10 1', '1 2'], '12 111 21 101 112'],
] as const;

const seatOf = (place: string) => {
  const [row = '', number = ''] = place.split(' ');
  return { seatId: `seat-${row}${number}`, row, number, seatType: 'GOLD' as const };
};

let api: TestApi;
const time = createTestClock(NOW);
beforeAll(async () => {
  api = await startTestApi({ clock: time.clock });
  await givenCatalogue(api.database.db);
  // Before the first query, since seat maps are cached.
  for (const place of CASES.flatMap(([, places]) => places)) {
    const { seatId, ...seat } = seatOf(place);
    await api.database.db
      .insert(seats)
      .values({ ...seat, id: seatId, screenId: 'screen-1' })
      .onConflictDoNothing();
  }
});
afterAll(() => api.close());

const QUERY = `query($id: ID!) {
  myTickets(filter: {}) { nodes { id seatNumbers } }
  whole: myTickets(filter: {}) { nodes { id seatNumbers seats { row number } } }
  ticket(id: $id) { seatNumbers calendarEvent seats { row number } show { seatMap { row number } } }
}`;

it.each(CASES)('%s: every place says the seats in the same order', async (id, places, order) => {
  const { db } = api.database;
  await givenTicket(db, { id, showStart: new Date(NOW.getTime() + 24 * HOUR), seatNumbers: ['19', '20'] });
  await db.delete(ticketSeats);
  for (const place of places)
    await db.insert(ticketSeats).values({ ...seatOf(place), userId: USER, ticketId: id, price: 0n });
  const { data } = await api.send(QUERY, { as: USER, variables: { id } });
  const labels = (seats: { row: string; number: string }[]) => seats.map(({ row, number }) => row + number);
  const ofTicket = ({ nodes }: { nodes: { id: string }[] }) => nodes.find((node) => node.id === id);
  const whole = ofTicket(data.whole) as (typeof data)['ticket'];
  expect((ofTicket(data.myTickets) as (typeof data)['ticket']).seatNumbers.join(' ')).toBe(order);
  expect(whole.seatNumbers.join(' ')).toBe(order);
  expect(labels(whole.seats).join(' ')).toBe(order);
  expect(data.ticket.seatNumbers.join(' ')).toBe(order);
  expect(labels(data.ticket.seats).join(' ')).toBe(order);
  expect(data.ticket.calendarEvent.replaceAll('\r\n ', '')).toContain(order.replaceAll(' ', '\\, '));
  const inHall = data.ticket.show.seatMap.filter(({ row, number }: { row: string; number: string }) =>
    places.some((place) => place === `${row} ${number}`),
  );
  expect(labels(inHall).join(' ')).toBe(order);

  await cancelWithoutApi(db, time.clock, { ticketId: id });
  const facts = await readMessageFacts(db, {
    userId: USER,
    ticketId: id,
    refundId: null,
    event: 'TICKET_CANCELLED',
    channel: 'EMAIL',
  });
  expect(facts?.seats.join(' ')).toBe(order);
});
