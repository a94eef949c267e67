/** The database cannot be distributed in its present state. The message says what to do first. */
export class DistributionError extends Error {}
