import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../src/platform/db/database.ts';
import { startDatabaseServer } from '../faults/database-server.ts';
import { startTestApi } from '../support/test-api.ts';
import { createTestClock } from '../support/test-clock.ts';
import { type FuzzOptions, runFuzz } from './fuzz/run-fuzz.ts';
import type { PartReport } from './part.ts';

const NOW = new Date('2024-12-15T12:00:00Z');

/** Fuzzes an API with a database server of its own. */
export async function fuzz(options: FuzzOptions): Promise<PartReport> {
  const server = await startDatabaseServer(await mkdtemp(join(tmpdir(), 'usher-fuzz-')));
  const { db, close } = openDatabase({ url: server.url, poolSize: 10 });
  const database = { db, url: server.url, statements: [], sent: [], close };
  try {
    const api = await startTestApi({
      database,
      clock: createTestClock(NOW).clock,
      cancelAttemptsPerHour: 1_000_000,
    });
    return await runFuzz(api, NOW, options).finally(api.close);
  } finally {
    await close();
    await server.remove();
  }
}
