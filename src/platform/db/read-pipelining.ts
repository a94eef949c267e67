/**
 * An option that our patch adds to the driver (docs/decisions/036). Reads are pipelined on one connection until its
 * oldest unanswered query is this many milliseconds old, then on another one. So a slow statement delays only the reads
 * of three milliseconds.
 */
export const READ_PIPELINING = { gather_for: 3 };
