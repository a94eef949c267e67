/** The numbers of rows for a number of tickets. */
export interface SeedSize {
  tickets: number;
  shows: number;
  screens: number;
  /** Users by the approximate number of their tickets. */
  users: Record<UserKind, number>;
}

/** The travel desk has a tenth of all tickets, up to this number, for tests of deep pages. */
export const MOST_TICKETS_OF_THE_DESK = 100_000;
export const TICKETS_PER_SHOW = 50;
export const DAYS_PAST = 80;
export const DAYS_AHEAD = 40;
export const SHOWS_A_DAY = 4;

/** Tickets per user. Each kind of user has a third of the tickets that are not the desk's. */
export const TICKETS_EACH = { occasional: 4, regular: 24, company: 120 } as const;
export type UserKind = keyof typeof TICKETS_EACH;

export function seedSize(tickets: number): SeedSize {
  const shows = Math.ceil(tickets / TICKETS_PER_SHOW);
  const ofEachKind = (tickets - Math.min(tickets / 10, MOST_TICKETS_OF_THE_DESK)) / 3;
  const usersWith = (each: number) => Math.max(1, Math.floor(ofEachKind / each));
  return {
    tickets,
    shows,
    screens: Math.ceil(shows / ((DAYS_PAST + DAYS_AHEAD) * SHOWS_A_DAY)),
    users: {
      occasional: usersWith(TICKETS_EACH.occasional),
      regular: usersWith(TICKETS_EACH.regular),
      company: usersWith(TICKETS_EACH.company),
    },
  };
}
