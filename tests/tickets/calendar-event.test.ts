import { expect, it } from 'vitest';
import { type CalendarFacts, calendarEvent } from '../../src/tickets/calendar-event.ts';

const NOW = new Date('2024-12-15T12:00:00Z');
const ORGANIZER = 'tickets@usher.example';
const FACTS: CalendarFacts = {
  ticketId: 'TKT-20241215-ABC123',
  status: 'CONFIRMED',
  bookingTime: new Date('2024-12-15T11:00:00Z'),
  movie: 'Avengers: Endgame',
  theater: { name: 'PVR Phoenix', address: 'High Street Phoenix, Lower Parel; Mumbai' },
  screen: 'Screen 1',
  seats: ['A1', 'A2'],
  showStart: new Date('2024-12-15T18:00:00Z'),
  showEnd: new Date('2024-12-15T21:01:00Z'),
};

/** Returns the properties of the event, unfolded and unescaped (RFC 5545). */
function readEvent(calendar: string): Record<string, string> {
  const lines = calendar.replaceAll('\r\n ', '').split('\r\n');
  const escapes: Record<string, string> = { '\\n': '\n', '\\,': ',', '\\;': ';', '\\\\': '\\' };
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', ...value] = line.split(/(?<=^[^:]*):/);
      return [
        name.replace(/;.*/, ''),
        value.join(':').replace(/\\[n,;\\]/g, (escaped) => escapes[escaped] ?? ''),
      ];
    }),
  );
}

it('contains the show, in UTC, with theater and seats', () => {
  const calendar = calendarEvent(FACTS, ORGANIZER, NOW);
  expect(calendar).toMatch(/^BEGIN:VCALENDAR\r\nVERSION:2\.0\r\n/);
  expect(calendar).toMatch(/\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n$/);
  expect(readEvent(calendar)).toMatchObject({
    METHOD: 'PUBLISH',
    UID: 'TKT-20241215-ABC123@usher.invalid',
    SEQUENCE: '3600',
    STATUS: 'CONFIRMED',
    DTSTAMP: '20241215T120000Z',
    DTSTART: '20241215T180000Z',
    DTEND: '20241215T210100Z',
    SUMMARY: 'Avengers: Endgame',
    LOCATION: 'PVR Phoenix, High Street Phoenix, Lower Parel; Mumbai',
    DESCRIPTION: 'Screen: Screen 1\nSeats: A1, A2\nTicket: TKT-20241215-ABC123',
    ORGANIZER: 'MAILTO:tickets@usher.example',
  });
});

it('is the same for the same ticket and time', () => {
  expect(calendarEvent(FACTS, ORGANIZER, NOW)).toBe(calendarEvent({ ...FACTS }, ORGANIZER, NOW));
});

it('a cancelled ticket cancels the same event, in words too, with a higher sequence', () => {
  const before = readEvent(calendarEvent(FACTS, ORGANIZER, NOW));
  const after = readEvent(calendarEvent({ ...FACTS, status: 'CANCELLED' }, ORGANIZER, NOW));
  expect(after).toMatchObject({
    METHOD: 'CANCEL',
    STATUS: 'CANCELLED',
    UID: before.UID,
    SUMMARY: 'Cancelled: Avengers: Endgame',
  });
  expect(Number(after.SEQUENCE)).toBeGreaterThan(Number(before.SEQUENCE));
});

it('a moved show is the same event with a higher sequence and a later DTSTAMP', () => {
  const moved = { ...FACTS, showStart: new Date('2024-12-15T19:00:00Z') };
  const event = readEvent(calendarEvent(moved, ORGANIZER, new Date(NOW.getTime() + 1_000)));
  expect(event).toMatchObject({
    UID: 'TKT-20241215-ABC123@usher.invalid',
    DTSTART: '20241215T190000Z',
    DTSTAMP: '20241215T120001Z',
    SEQUENCE: '3601',
  });
});

it('the sequence never falls: over the years, with clocks that differ, and after a cancellation', () => {
  const sequence = (status: CalendarFacts['status'], now: string) =>
    Number(readEvent(calendarEvent({ ...FACTS, status }, ORGANIZER, new Date(now))).SEQUENCE);
  const ofAll = [
    // A clock that is behind that of the booking.
    sequence('CONFIRMED', '2024-12-15T10:59:00Z'),
    sequence('CONFIRMED', '2024-12-15T11:00:01Z'),
    sequence('CONFIRMED', '2030-01-01T00:00:00Z'),
    sequence('CONFIRMED', '2090-01-01T00:00:00Z'),
    // Another server's, behind all these.
    sequence('CANCELLED', '2024-12-15T10:59:00Z'),
    sequence('CANCELLED', '2024-12-15T11:00:01Z'),
    sequence('CANCELLED', '2090-01-01T00:00:00Z'),
  ];
  expect(ofAll).toEqual(ofAll.toSorted((a, b) => a - b));
  expect(ofAll[3]).toBeLessThan(ofAll[4] ?? 0);
  // The largest INTEGER of RFC 5545, 3.3.8.
  expect(ofAll.at(-1)).toBe(2 ** 31 - 1);
});

it.each([
  ['PVR Phoenix', 'PVR Phoenix'],
  ['', 'Movie'],
])('without a movie name, the summary is that of the theatre, %j', (name, summary) => {
  const theater = { name, address: '' };
  const calendar = calendarEvent(
    { ...FACTS, movie: ' \u200b', theater, screen: '', seats: [] },
    ORGANIZER,
    NOW,
  );
  expect(readEvent(calendar)).toMatchObject({ SUMMARY: summary, DESCRIPTION: `Ticket: ${FACTS.ticketId}` });
  expect(readEvent(calendar).LOCATION ?? '').toBe(name);
});

it.each([
  'Movie; with, all\\ of "it": <b>',
  'दिलवाले दुल्हनिया ले जायेंगे, और फिर कभी वापस नहीं आयेंगे, यह बहुत लंबा नाम है',
  '🎬'.repeat(60),
  'x'.repeat(300),
])('%s is parsed back unchanged, from lines of at most 75 bytes', (movie) => {
  const calendar = calendarEvent({ ...FACTS, movie }, ORGANIZER, NOW);
  expect(readEvent(calendar).SUMMARY).toBe(movie);
  expect(Math.max(...calendar.split('\r\n').map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
});

it('no name adds a line', () => {
  const evil = 'x\r\nATTENDEE:mailto:all@example.com\rX:1\nY:1\u2028\u0000z';
  const calendar = calendarEvent(
    { ...FACTS, movie: evil, screen: evil, seats: [evil], theater: { name: evil, address: evil } },
    ORGANIZER,
    NOW,
  );
  expect(calendar.replaceAll('\r\n', '')).not.toMatch(/[\p{Cc}\u2028]/u);
  expect(readEvent(calendar).SUMMARY).toBe('x ATTENDEE:mailto:all@example.com X:1 Y:1 z');
  expect(Object.keys(readEvent(calendar))).not.toContain('ATTENDEE');
});
