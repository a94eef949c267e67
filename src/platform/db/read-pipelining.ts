/**
 * Of the connections for single statements, one is asked again and again, in one write for all that is asked meanwhile,
 * until it has owed an answer for so long; then another one is. So a slow statement delays those of three milliseconds,
 * not a third of all. An option that our patch adds to the driver (docs/decisions/036). Milliseconds.
 */
export const READ_PIPELINING = { gather_for: 3 };
