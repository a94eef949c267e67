import { createEvent } from 'ics';
import { plainName } from '../platform/text/plain-text.ts';

/** What a calendar shows of a ticket. */
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
 * The iCalendar text (RFC 5545) of a ticket. The UID stays the same for ever, so a later file replaces an earlier one:
 * by its SEQUENCE, which a cancellation raises, or else, when the show was moved, by the time of its making.
 */
export function calendarEvent(facts: CalendarFacts, now: Date): string {
  const cancelled = facts.status === 'CANCELLED';
  const attributes = {
    uid: `${facts.ticketId}@usher.invalid`,
    sequence: cancelled ? 1 : 0,
    status: facts.status,
    method: cancelled ? 'CANCEL' : 'PUBLISH',
    productId: '-//Usher//Tickets//EN',
    // Demanded for both methods (RFC 5546); nobody is to write there.
    organizer: { name: 'Usher', email: 'tickets@usher.invalid' },
    timestamp: now.getTime(),
    start: facts.showStart.getTime(),
    end: facts.showEnd.getTime(),
    title: plainName(facts.movie),
    location: `${plainName(facts.theater.name)}, ${plainName(facts.theater.address)}`,
    description: [
      `Screen: ${plainName(facts.screen)}`,
      `Seats: ${facts.seats.map(plainName).join(', ')}`,
      `Ticket: ${facts.ticketId}`,
    ].join('\n'),
  };
  const { error, value } = createEvent(attributes);
  if (value === null) throw new Error('the calendar event could not be made', { cause: error });
  return foldByBytes(value);
}

const LONGEST_LINE_BYTES = 75;

/** The package folds lines by characters; the standard counts bytes, of which a Devanagari letter has three. */
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
        // The space that marks the continuation counts too.
        bytes = 1 + size;
        return `\r\n ${character}`;
      }).join('');
    });
  return folded.join('\r\n');
}
