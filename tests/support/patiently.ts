import { vi } from 'vitest';
import { FOR_REAL_PROCESSES } from './limits.ts';

/** How long vi.waitFor waits, as expect.poll does by vitest.config.ts: the machine may be busy with other tests. */
export const PATIENTLY = { timeout: 40_000 };

/** The same for what a process or a server of the test has to do. */
export const VERY_PATIENTLY = { timeout: 120_000 };

/** For a file whose tests start processes or servers; called before they are defined. */
export function allowForRealProcesses(): void {
  vi.setConfig(FOR_REAL_PROCESSES);
}
