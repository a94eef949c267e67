/** The step of a ticket's first refund. Steps count the cancellations of a ticket: some of its seats, then others. */
export const FIRST_STEP = 1;

/** Sorts refunds of one ticket, the oldest first. */
export function byStep(a: { step: number }, b: { step: number }): number {
  return a.step - b.step;
}
