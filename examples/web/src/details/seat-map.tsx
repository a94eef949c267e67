import type { SeatType, TicketStatus } from '../generated/graphql.ts';
import { type FragmentType, graphql, readFragment } from '../generated/index.ts';
import { seatNames } from '../text/seat-names.tsx';
import { Hall } from './hall.tsx';

export const SeatMapFragment = graphql(`
  fragment SeatMap on Ticket {
    id
    status
    seats {
      id
      showSeatId
      row
      number
      status
    }
    show {
      id
      screen {
        id
        name
      }
      seatMap {
        id
        row
        number
        seatType
      }
    }
  }
`);

export const SEAT_TYPES: Record<SeatType, string> = {
  GOLD: 'Gold',
  DIAMOND: 'Diamond',
  PLATINUM: 'Platinum',
};

/** Whether the seats are still the person's. The API lists a ticket's seats after a cancellation, too. */
const MARKS: Record<TicketStatus, [words: string, look: string]> = {
  CONFIRMED: ['Yours', 'own'],
  PENDING_PAYMENT: ['Held for you', 'own'],
  CANCELLED: ['No longer yours', 'former'],
  EXPIRED: ['No longer held for you', 'former'],
};

/** The hall with the ticket's seats marked. */
export function SeatMap({ ticket: masked }: { ticket: FragmentType<typeof SeatMapFragment> }) {
  const { status, seats, show } = readFragment(SeatMapFragment, masked);
  const looks = new Map<string, string>();
  const marks = new Map<string, { look: string; seats: typeof seats }>();
  for (const seat of seats) {
    const isCancelled = seat.status === 'CANCELLED';
    const [mark, look] = MARKS[isCancelled ? 'CANCELLED' : status];
    looks.set(seat.showSeatId, look);
    marks.set(mark, { look, seats: [...(marks.get(mark)?.seats ?? []), seat] });
  }
  const types = [...new Set(show.seatMap.map(({ seatType }) => seatType))];
  const words = [...marks].map(([mark, { seats }]) => `${mark}: ${seatNames(seats)}.`).join(' ');

  return (
    <section className="panel map">
      <h2>Seats</h2>
      <Hall
        places={show.seatMap}
        looks={looks}
        words={`${show.screen.name}, ${show.seatMap.length} seats. ${words}`}
      />
      <ul className="legend">
        {[...marks].map(([mark, { look }]) => (
          <li key={mark} className={look}>
            {mark}
          </li>
        ))}
        {types.map((type) => (
          <li key={type} className={type.toLowerCase()}>
            {SEAT_TYPES[type]}
          </li>
        ))}
      </ul>
    </section>
  );
}
