/** The database cannot be distributed as it is; the message says what to do first. */
export class DistributionError extends Error {}
