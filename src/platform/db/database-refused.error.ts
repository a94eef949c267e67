/** Usher cannot use this database. The message says why and what to do, in one line. */
export class DatabaseRefusedError extends Error {}
