import { createEvent } from 'ics';
import { plainName } from '../platform/text/plain-text.ts';

/** The facts that a calendar entry contains. */
export interface CalendarFacts {
  ticketId: string;
  status: 'CONFIRMED' | 'CANCELLED';
  bookingTime: Date;
  movie: string;
  theater: { name: string; address: string };
  screen: string;
  /** Labels, in the order to show them. */
  seats: string[];
  showStart: Date;
  showEnd: Date;
}

/**
 * Returns the iCalendar text (RFC 5545) of a ticket. The UID never changes and the SEQUENCE never falls, so a later file
 * replaces an earlier one, whatever has changed and whoever changed it (decision 076).
 *
 * @param organizer an e-mail address
 * @param now becomes DTSTAMP
 */
export function calendarEvent(facts: CalendarFacts, organizer: string, now: Date): string {
  const cancelled = facts.status === 'CANCELLED';
  // Some calendars accept a name only, and an event without one is not shown at all.
  const movie = plainName(facts.movie) || plainName(facts.theater.name) || 'Movie';
  const attributes = {
    // An opaque name. With the domain of a setting, a new setting would make every file sent before a stranger.
    uid: `${facts.ticketId}@usher.invalid`,
    sequence: sequenceOf(facts, now),
    status: facts.status,
    method: cancelled ? 'CANCEL' : 'PUBLISH',
    productId: '-//Usher//Tickets//EN',
    // RFC 5546 requires an organizer for both methods.
    organizer: { name: 'Usher', email: organizer },
    timestamp: now.getTime(),
    start: since1970(facts.showStart),
    end: since1970(facts.showEnd),
    // In words too, since many calendars ignore STATUS and METHOD.
    title: cancelled ? `Cancelled: ${movie}` : movie,
    location: [facts.theater.name, facts.theater.address].map(plainName).filter(Boolean).join(', '),
    description: [
      ['Screen', plainName(facts.screen)],
      ['Seats', facts.seats.map(plainName).join(', ')],
      ['Ticket', facts.ticketId],
    ]
      .filter(([, value]) => value)
      .map((line) => line.join(': '))
      .join('\n'),
  };
  const { error, value } = createEvent(attributes);
  if (value === null) throw new Error('could not create the calendar event', { cause: error });
  return foldByBytes(value);
}

/** The SEQUENCE of a cancelled ticket is above all of a confirmed one: 2^30 seconds are 34 years. */
const CANCELLED_FROM = 2 ** 30;

/**
 * The seconds from the booking to the writing of the file. Shows, halls and movies are changed by other services that
 * count no versions. Files of 0 and 1, as Usher wrote them before, are replaced too.
 */
function sequenceOf({ status, bookingTime }: CalendarFacts, now: Date): number {
  const age = Math.floor((now.getTime() - bookingTime.getTime()) / 1_000);
  const seconds = Math.min(Math.max(age, 0), CANCELLED_FROM - 1);
  return status === 'CANCELLED' ? CANCELLED_FROM + seconds : seconds;
}

/** The package refuses earlier times, which only a row with an odd date has. */
function since1970(instant: Date): number {
  return Math.max(0, instant.getTime());
}

const LONGEST_LINE_BYTES = 75;

/**
 * Folds lines by bytes, as RFC 5545 requires. The package counts characters, and a Devanagari letter has three bytes.
 */
function foldByBytes(calendar: string): string {
  const folded = calendar
    .replaceAll('\r\n\t', '')
    .split('\r\n')
    .map((line) => {
      let bytes = 0;
      return Array.from(line, (character) => {
        const size = Buffer.byteLength(character);
        bytes += size;
        if (bytes <= LONGEST_LINE_BYTES) return character;
        // The continuation line begins with a space.
        bytes = 1 + size;
        return `\r\n ${character}`;
      }).join('');
    });
  return folded.join('\r\n');
}
