/** Where a show stands at a time. */
export const TicketTiming = { UPCOMING: 'UPCOMING', ONGOING: 'ONGOING', PAST: 'PAST' } as const;
export type TicketTiming = keyof typeof TicketTiming;

export function ticketTiming(
  { showStart, showEnd }: { showStart: Date; showEnd: Date },
  now: Date,
): TicketTiming {
  if (now < showStart) return 'UPCOMING';
  return now < showEnd ? 'ONGOING' : 'PAST';
}
