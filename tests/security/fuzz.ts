import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '../../src/db/database.ts';
import { startDatabaseServer } from '../faults/database-server.ts';
import { startTestApi } from '../support/test-api.ts';
import { createTestClock } from '../support/test-clock.ts';
import { type FuzzOptions, type FuzzReport, runFuzz } from './fuzz/run-fuzz.ts';

const NOW = new Date('2024-12-15T12:00:00Z');

/**
 * Fuzzes an API with a database server of its own. Alone: node --import tsx tests/security/fuzz.ts
 * [--operations N] [--seed N], which ends with 1 when anything is broken.
 */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
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

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: { operations: { type: 'string', default: '10000' }, seed: { type: 'string' } },
  });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  const { title, lines, broken } = await fuzz({ operations: Number(values.operations), seed });
  const verdict = broken.length === 0 ? 'Nothing is broken.' : `${broken.length} things are broken:`;
  process.stdout.write(`${[title, ...lines, verdict, ...broken.slice(0, 20)].join('\n  ')}\n`);
  process.exitCode = broken.length === 0 ? 0 : 1;
}
