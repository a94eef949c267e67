/** How long vi.waitFor waits, as expect.poll does by vitest.config.ts: the machine may be busy with other tests. */
export const PATIENTLY = { timeout: 20_000 };
