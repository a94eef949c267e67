/** What `npm run test:citus` leaves out, and why. Everything else that uses a database runs there. */
export const NOT_ON_CITUS = {
  /** Whole files. */
  files: [] as string[],
  /** Tests by the end of their full name. */
  tests: {} as Record<string, string>,
};
