import { useFragment } from '@apollo/client/react';
import { useId } from 'react';
import { Hall } from '../details/hall.tsx';
import { SEAT_TYPES, SeatMapFragment } from '../details/seat-map.tsx';
import { type FragmentType, readFragment } from '../generated/index.ts';
import { formatMoney } from '../text/money.ts';
import { chosenSeats, type QuotedTicket, type SeatChoice, seatsLeft } from './seat-choice.ts';

interface Props {
  ticket: QuotedTicket;
  choice: SeatChoice;
  isLocked: boolean;
  onChoose(seatIds: readonly string[]): void;
}

/** Which of the seats to cancel: a box for each; and the map, if the page has read it, changes the same boxes. */
export function SeatPicker({ ticket, choice, isLocked, onChoose }: Props) {
  const prefix = useId();
  const map = useFragment({
    fragment: SeatMapFragment,
    fragmentName: 'SeatMap',
    from: { __typename: 'Ticket', id: ticket.id },
  });
  const hall = map.complete
    ? readFragment(SeatMapFragment, map.data as FragmentType<typeof SeatMapFragment>).show.seatMap
    : null;
  const left = seatsLeft(ticket);
  const chosen = new Set(chosenSeats(choice, ticket).map(({ id }) => id));
  const change = (id: string, isChosen: boolean) =>
    onChoose(left.map((seat) => seat.id).filter((one) => (one === id ? isChosen : chosen.has(one))));

  return (
    <fieldset className="picker" disabled={isLocked}>
      <legend>Which seats do you want to cancel?</legend>
      {left.map(({ id, row, number, seatType, paidAmount }) => (
        <label key={id}>
          <input
            type="checkbox"
            id={`${prefix}${id}`}
            aria-labelledby={`${prefix}${id}-name`}
            checked={chosen.has(id)}
            onChange={(event) => change(id, event.target.checked)}
          />
          <span id={`${prefix}${id}-name`}>
            <span className="seats">
              {row}
              {number}
            </span>{' '}
            <span className="muted">
              {SEAT_TYPES[seatType]}, {formatMoney(paidAmount)} paid
            </span>
          </span>
        </label>
      ))}
      {hall && (
        <Hall
          places={hall}
          looks={
            new Map(
              ticket.seats.map(({ id, showSeatId, status }) => [
                showSeatId,
                status === 'CANCELLED' ? 'former' : chosen.has(id) ? 'chosen' : 'kept',
              ]),
            )
          }
          boxes={new Map(left.map(({ id, showSeatId }) => [showSeatId, `${prefix}${id}`]))}
        />
      )}
    </fieldset>
  );
}
