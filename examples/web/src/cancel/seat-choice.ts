import type { QuoteQuery } from '../generated/graphql.ts';
import { isNothing } from '../text/money.ts';
import { seatNames } from '../text/seat-names.tsx';

export type QuotedTicket = NonNullable<QuoteQuery['ticket']>;

/** The ids of the chosen seats; null for every seat that is left. */
export type SeatChoice = readonly string[] | null;

export function seatsLeft({ seats }: QuotedTicket): QuotedTicket['seats'] {
  return seats.filter(({ status }) => status === 'ACTIVE');
}

/** Whether some of the seats can be cancelled without the others. */
export function canChooseSeats(ticket: QuotedTicket): boolean {
  if (seatsLeft(ticket).length < 2) return false;
  switch (ticket.cancellationPolicy.partial) {
    case 'ALLOWED':
      return true;
    case 'NO_DISCOUNT':
      return isNothing(ticket.pricing.discount);
    case 'FORBIDDEN':
      return false;
  }
}

/** Returns what of a choice is left to choose. All of the seats are the whole ticket. */
export function narrowChoice(choice: SeatChoice, ticket: QuotedTicket): SeatChoice {
  if (choice === null) return null;
  const chosen = chosenSeats(choice, ticket);
  return chosen.length === seatsLeft(ticket).length ? null : chosen.map(({ id }) => id);
}

export function chosenSeats(choice: SeatChoice, ticket: QuotedTicket): QuotedTicket['seats'] {
  return seatsLeft(ticket).filter(({ id }) => choice === null || choice.includes(id));
}

/** "A1 is already cancelled."; null if no seat is gone since the ticket was read before. */
export function whatIsGone(before: QuotedTicket | null, now: QuotedTicket): string | null {
  if (!before) return null;
  const left = new Set(seatsLeft(now).map(({ id }) => id));
  const gone = seatsLeft(before).filter(({ id }) => !left.has(id));
  if (gone.length === 0) return null;
  return `${seatNames(gone)} ${gone.length === 1 ? 'is' : 'are'} already cancelled.`;
}
