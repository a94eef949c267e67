import { vi } from 'vitest';
import { FOR_REAL_PROCESSES } from './limits.ts';

/** Options of vi.waitFor, the same as those of expect.poll in vitest.config.ts. The machine may be busy. */
export const PATIENTLY = { timeout: 40_000 };

/** The same for work of a process or server that the test started. */
export const VERY_PATIENTLY = { timeout: 120_000 };

/** Sets the time-outs of a file whose tests start processes or servers. Call it before defining tests. */
export function allowForRealProcesses(): void {
  vi.setConfig(FOR_REAL_PROCESSES);
}
