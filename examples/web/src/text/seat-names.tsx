import type { TicketSeatStatus } from '../generated/graphql.ts';

export interface NamedSeat {
  row: string;
  number: string;
}

/** "A1, A2" */
export function seatNames(seats: readonly NamedSeat[]): string {
  return seats.map(({ row, number }) => `${row}${number}`).join(', ');
}

type SoldSeat = NamedSeat & { status: TicketSeatStatus };

/** The seats that are left, then those that are cancelled: struck through, and with the word for who cannot see that. */
export function SeatNames({ seats }: { seats: readonly SoldSeat[] }) {
  const left = seats.filter(({ status }) => status === 'ACTIVE');
  const gone = seats.filter(({ status }) => status === 'CANCELLED');
  return (
    <>
      {left.length > 0 && <span className="seats">{seatNames(left)}</span>}
      {left.length > 0 && gone.length > 0 && ' '}
      {gone.length > 0 && (
        <span className="seats gone">
          <s>{seatNames(gone)}</s> cancelled
        </span>
      )}
    </>
  );
}
