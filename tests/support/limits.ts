/** Of tests that start processes or servers: on a busy machine each takes a minute until it answers. */
export const FOR_REAL_PROCESSES = { testTimeout: 300_000, hookTimeout: 300_000 };
