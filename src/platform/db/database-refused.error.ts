/** Usher does not work on this database; the message says why and what to do, in one line. */
export class DatabaseRefusedError extends Error {}
