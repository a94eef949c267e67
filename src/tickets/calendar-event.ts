import { createEvent } from 'ics';
import { plainName } from '../platform/text/plain-text.ts';

/** The facts that a calendar entry contains. */
export interface CalendarFacts {
  ticketId: string;
  status: 'CONFIRMED' | 'CANCELLED';
  movie: string;
  theater: { name: string; address: string };
  screen: string;
  /** Labels, in the order to show them. */
  seats: string[];
  showStart: Date;
  showEnd: Date;
}

/**
 * Returns the iCalendar text (RFC 5545) of a ticket. The UID never changes, so a later file replaces an earlier one:
 * after a cancellation by its higher SEQUENCE, after a change of the show by its later DTSTAMP.
 *
 * @param now becomes DTSTAMP
 */
export function calendarEvent(facts: CalendarFacts, now: Date): string {
  const cancelled = facts.status === 'CANCELLED';
  const attributes = {
    uid: `${facts.ticketId}@usher.invalid`,
    sequence: cancelled ? 1 : 0,
    status: facts.status,
    method: cancelled ? 'CANCEL' : 'PUBLISH',
    productId: '-//Usher//Tickets//EN',
    // RFC 5546 requires an organizer for both methods. The address does not exist.
    organizer: { name: 'Usher', email: 'tickets@usher.invalid' },
    timestamp: now.getTime(),
    start: since1970(facts.showStart),
    end: since1970(facts.showEnd),
    title: plainName(facts.movie),
    location: `${plainName(facts.theater.name)}, ${plainName(facts.theater.address)}`,
    description: [
      `Screen: ${plainName(facts.screen)}`,
      `Seats: ${facts.seats.map(plainName).join(', ')}`,
      `Ticket: ${facts.ticketId}`,
    ].join('\n'),
  };
  const { error, value } = createEvent(attributes);
  if (value === null) throw new Error('could not create the calendar event', { cause: error });
  return foldByBytes(value);
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
