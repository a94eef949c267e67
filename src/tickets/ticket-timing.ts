import { registerEnumType } from 'type-graphql';

/** Whether a show is upcoming, ongoing or past. */
export const TicketTiming = { UPCOMING: 'UPCOMING', ONGOING: 'ONGOING', PAST: 'PAST' } as const;
export type TicketTiming = keyof typeof TicketTiming;

registerEnumType(TicketTiming, {
  name: 'TicketTiming',
  description: 'Whether the show is upcoming, ongoing or past, whatever the status of the ticket.',
  valuesConfig: {
    UPCOMING: { description: 'The show has not started.' },
    ONGOING: { description: 'The show has started and has not ended.' },
    PAST: { description: 'The show has ended.' },
  },
});

export function ticketTiming(
  { showStart, showEnd }: { showStart: Date; showEnd: Date },
  now: Date,
): TicketTiming {
  if (now < showStart) return 'UPCOMING';
  return now < showEnd ? 'ONGOING' : 'PAST';
}
