import { registerEnumType } from 'type-graphql';

/** Where a show stands at a time. */
export const TicketTiming = { UPCOMING: 'UPCOMING', ONGOING: 'ONGOING', PAST: 'PAST' } as const;
export type TicketTiming = keyof typeof TicketTiming;

registerEnumType(TicketTiming, {
  name: 'TicketTiming',
  description: 'Where the show stands, whatever became of the ticket.',
  valuesConfig: {
    UPCOMING: { description: 'It has not started.' },
    ONGOING: { description: 'It is running.' },
    PAST: { description: 'It is over.' },
  },
});

export function ticketTiming(
  { showStart, showEnd }: { showStart: Date; showEnd: Date },
  now: Date,
): TicketTiming {
  if (now < showStart) return 'UPCOMING';
  return now < showEnd ? 'ONGOING' : 'PAST';
}
