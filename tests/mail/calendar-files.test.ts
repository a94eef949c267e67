import ICAL from 'ical.js';
import nodeIcal from 'node-ical';
import { describe, expect, it } from 'vitest';
import { type CalendarFacts, calendarEvent } from '../../src/tickets/calendar-event.ts';
import { hasKhal, startKhal } from './khal.ts';

const FACTS: CalendarFacts = {
  ticketId: 'TKT-20241215-ABC123',
  status: 'CONFIRMED',
  bookingTime: new Date('2024-12-13T18:00:00Z'),
  movie: 'Avengers: Endgame',
  theater: { name: 'PVR Phoenix', address: 'High Street Phoenix, Lower Parel; Mumbai' },
  screen: 'Screen 1',
  seats: ['A1', 'A2'],
  showStart: new Date('2024-12-15T18:00:00Z'),
  showEnd: new Date('2024-12-15T21:01:00Z'),
};
const MOVED = {
  ...FACTS,
  showStart: new Date('2024-12-15T19:30:00Z'),
  showEnd: new Date('2024-12-15T22:31:00Z'),
};

/** The files of a ticket's life: booked, the show moved, cancelled. */
const BOOKED_FILE = fileOf(FACTS, '2024-12-14T10:00:00Z');
const MOVED_FILE = fileOf(MOVED, '2024-12-15T10:00:00Z');
const CANCELLED_FILE = fileOf({ ...MOVED, status: 'CANCELLED' }, '2024-12-15T11:00:00Z');

function fileOf(facts: CalendarFacts, now: string): string {
  return calendarEvent(facts, 'tickets@usher.example', new Date(now));
}

interface ReadEvent {
  uid: string;
  sequence: number;
  summary: string;
  status: string;
  location: string;
  description: string;
  start: Date;
  end: Date;
}

const READERS: Record<string, (file: string) => ReadEvent> = {
  'ical.js': (file) => {
    const component = new ICAL.Component(ICAL.parse(file)).getFirstSubcomponent('vevent');
    if (!component) throw new Error('there is no event');
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      sequence: event.sequence,
      summary: event.summary,
      status: String(component.getFirstPropertyValue('status')),
      location: event.location,
      description: event.description,
      start: event.startDate.toJSDate(),
      end: event.endDate.toJSDate(),
    };
  },
  'node-ical': (file) => {
    const event = Object.values(nodeIcal.sync.parseICS(file)).find((part) => part?.type === 'VEVENT');
    if (event?.type !== 'VEVENT') throw new Error('there is no event');
    const { uid, sequence, summary, status, location, description, start, end } = event;
    const text = (value: unknown) => String(value);
    return {
      ...{ uid, sequence: Number(sequence), summary: text(summary), status: text(status) },
      ...{ location: text(location), description: text(description) },
      ...{ start: new Date(start), end: new Date(end ?? 0) },
    };
  },
};

describe.each(Object.entries(READERS))('%s', (_, read) => {
  it('reads the show', () => {
    expect(read(BOOKED_FILE)).toEqual({
      uid: 'TKT-20241215-ABC123@usher.invalid',
      sequence: 57_600,
      summary: 'Avengers: Endgame',
      status: 'CONFIRMED',
      location: 'PVR Phoenix, High Street Phoenix, Lower Parel; Mumbai',
      description: 'Screen: Screen 1\nSeats: A1, A2\nTicket: TKT-20241215-ABC123',
      start: FACTS.showStart,
      end: FACTS.showEnd,
    });
  });

  it('reads each file as a later version of the same event', () => {
    const versions = [BOOKED_FILE, MOVED_FILE, CANCELLED_FILE].map(read);
    expect(new Set(versions.map(({ uid }) => uid)).size).toBe(1);
    const sequences = versions.map(({ sequence }) => sequence);
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
    expect(versions.map(({ start }) => start)).toEqual([FACTS.showStart, MOVED.showStart, MOVED.showStart]);
    expect(versions[2]).toMatchObject({ status: 'CANCELLED', summary: 'Cancelled: Avengers: Endgame' });
  });

  it.each(['दिलवाले दुल्हनिया ले जायेंगे, और फिर कभी वापस नहीं आयेंगे', 'a;b,c\\d "e": <f>', '🎬'.repeat(50)])(
    'reads the title %s',
    (movie) => expect(read(fileOf({ ...FACTS, movie }, '2024-12-14T10:00:00Z')).summary).toBe(movie),
  );

  it('reads an event without any name', () => {
    const facts = { ...FACTS, movie: '', screen: '', theater: { name: '', address: '' } };
    expect(read(fileOf(facts, '2024-12-14T10:00:00Z')).summary).toBe('Movie');
  });
});

describe.skipIf(!hasKhal)('khal', () => {
  it('shows a ticket, then the moved show in its place, then that it is cancelled', async () => {
    const khal = await startKhal();
    await khal.open(BOOKED_FILE);
    expect(await khal.list('2024-12-15')).toEqual([expect.stringMatching(/^18:00-21:01 Avengers: Endgame /)]);
    await khal.open(MOVED_FILE);
    expect(await khal.list('2024-12-15')).toEqual([expect.stringMatching(/^19:30-22:31 Avengers: Endgame /)]);
    await khal.open(CANCELLED_FILE);
    expect(await khal.list('2024-12-15')).toEqual([
      expect.stringMatching(/^19:30-22:31 Cancelled: Avengers: Endgame /),
    ]);
  });

  it('shows a movie without a name', async () => {
    const khal = await startKhal();
    await khal.open(fileOf({ ...FACTS, movie: '' }, '2024-12-14T10:00:00Z'));
    expect(await khal.list('2024-12-15')).toEqual([expect.stringMatching(/^18:00-21:01 PVR Phoenix /)]);
  });
});
