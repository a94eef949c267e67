/** The step of a ticket's first refund. Steps count the cancellations of a ticket: some of its seats, then others. */
export const FIRST_STEP = 1;
