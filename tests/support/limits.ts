/** Time-out of tests that start processes or servers. On a busy machine each takes up to a minute to respond. */
export const FOR_REAL_PROCESSES = { testTimeout: 300_000, hookTimeout: 300_000 };
