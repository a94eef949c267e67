import type { SeatType, TicketStatus } from '../generated/graphql.ts';
import { type FragmentType, graphql, readFragment } from '../generated/index.ts';

const SeatMapFragment = graphql(`
  fragment SeatMap on Ticket {
    id
    status
    seatNumbers
    seats {
      id
      showSeatId
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

const NAMES: Record<SeatType, string> = { GOLD: 'Gold', DIAMOND: 'Diamond', PLATINUM: 'Platinum' };

/** Whether the seats are still the person's. The API lists a ticket's seats after a cancellation, too. */
const MARKS: Record<TicketStatus, [words: string, look: string]> = {
  CONFIRMED: ['Yours', 'own'],
  PENDING_PAYMENT: ['Held for you', 'own'],
  CANCELLED: ['No longer yours', 'former'],
  EXPIRED: ['No longer held for you', 'former'],
};

/** Of the drawing, in its own units. */
const PITCH = 22;
const SEAT = 17;
const TOP = 34;
const LEFT = 26;

/** The hall from above, the screen on top, with the ticket's seats marked. */
export function SeatMap({ ticket: masked }: { ticket: FragmentType<typeof SeatMapFragment> }) {
  const { status, seats, seatNumbers, show } = readFragment(SeatMapFragment, masked);
  const marked = new Set(seats.map(({ showSeatId }) => showSeatId));
  const [mark, look] = MARKS[status];
  const rows = new Map<string, typeof show.seatMap>();
  for (const seat of show.seatMap) rows.set(seat.row, [...(rows.get(seat.row) ?? []), seat]);
  const longest = Math.max(0, ...[...rows.values()].map(({ length }) => length));
  const [width, height] = [LEFT * 2 + longest * PITCH, TOP + rows.size * PITCH];
  const types = [...new Set(show.seatMap.map(({ seatType }) => seatType))];
  const words = `${show.screen.name}, ${show.seatMap.length} seats. ${mark}: ${seatNumbers.join(', ')}.`;

  return (
    <section className="panel map">
      <h2>Seats</h2>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={words}>
        <path className="screen" d={`M${LEFT} 16 Q${width / 2} 2 ${width - LEFT} 16`} />
        {[...rows].map(([row, places], rowIndex) => (
          <g key={row} transform={`translate(0 ${TOP + rowIndex * PITCH})`}>
            <text className="row" x={8} y={SEAT - 4}>
              {row}
            </text>
            {places.map(({ id, number, seatType }, index) => {
              const x = LEFT + ((longest - places.length) / 2 + index) * PITCH;
              return (
                <g key={id} className={marked.has(id) ? `seat ${look}` : `seat ${seatType.toLowerCase()}`}>
                  <rect x={x} width={SEAT} height={SEAT} rx={5} />
                  {marked.has(id) && (
                    <text x={x + SEAT / 2} y={SEAT - 5}>
                      {number}
                    </text>
                  )}
                </g>
              );
            })}
          </g>
        ))}
      </svg>
      <ul className="legend">
        <li className={look}>{mark}</li>
        {types.map((type) => (
          <li key={type} className={type.toLowerCase()}>
            {NAMES[type]}
          </li>
        ))}
      </ul>
    </section>
  );
}
