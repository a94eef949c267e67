import type { SeatType } from '../generated/graphql.ts';

interface Props {
  places: readonly { id: string; row: string; number: string; seatType: SeatType }[];
  /** How the ticket's seats look, by the ids of their places. */
  looks: ReadonlyMap<string, string>;
  /** What the drawing shows, for who cannot see it; without them it says nothing that its surroundings don't. */
  words?: string;
  /** The ids of the check boxes that a click on a place changes, by the ids of the places. */
  boxes?: ReadonlyMap<string, string>;
}

/** Of the drawing, in its own units. */
const PITCH = 22;
const SEAT = 17;
const TOP = 34;
const LEFT = 26;

/** The hall from above, the screen on top. */
export function Hall({ places, looks, words, boxes }: Props) {
  const rows = new Map<string, Props['places']>();
  for (const place of places) rows.set(place.row, [...(rows.get(place.row) ?? []), place]);
  const longest = Math.max(0, ...[...rows.values()].map(({ length }) => length));
  const [width, height] = [LEFT * 2 + longest * PITCH, TOP + rows.size * PITCH];

  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      className="hall"
      role="img"
      aria-label={words}
      aria-hidden={words === undefined}
    >
      <path className="screen" d={`M${LEFT} 16 Q${width / 2} 2 ${width - LEFT} 16`} />
      {[...rows].map(([row, inRow], rowIndex) => (
        <g key={row} transform={`translate(0 ${TOP + rowIndex * PITCH})`}>
          <text className="row" x={8} y={SEAT - 4}>
            {row}
          </text>
          {inRow.map(({ id, number, seatType }, index) => {
            const x = LEFT + ((longest - inRow.length) / 2 + index) * PITCH;
            const look = looks.get(id);
            const box = boxes?.get(id);
            return (
              <g key={id} className={`seat ${look ?? seatType.toLowerCase()}`}>
                <rect x={x} width={SEAT} height={SEAT} rx={5} />
                {look && !box && (
                  <text x={x + SEAT / 2} y={SEAT - 5}>
                    {number}
                  </text>
                )}
                {box && (
                  <foreignObject x={x} width={SEAT} height={SEAT}>
                    <label htmlFor={box}>{look === 'chosen' ? '✕' : number}</label>
                  </foreignObject>
                )}
              </g>
            );
          })}
        </g>
      ))}
    </svg>
  );
}
