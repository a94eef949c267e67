import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { allowForRealProcesses } from '../../support/patiently.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

/** Those of production but for the sizes: the young generation is cleaned often, the old one not at all, so nothing is missed. */
const FLAGS = [
  ...packageJson.scripts['start:production'].split(' ').filter((word) => /^--(?!max-)/.test(word)),
  '--max-semi-space-size=2',
  '--initial-old-space-size=1024',
];

allowForRealProcesses();

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

it('what statements and transactions leave is cleaned with the young generation (docs/decisions/038)', async () => {
  const script = fileURLToPath(new URL('./garbage.process.ts', import.meta.url));
  const args = [...FLAGS, '--import', 'tsx', script, database.url];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { statements, transaction, cleanings } = JSON.parse(stdout) as Record<string, number>;
  expect(cleanings).toBe(0);
  // Were they kept, it would be 2,500 bytes and 5,700.
  expect(statements).toBeLessThan(1_000);
  expect(transaction).toBeLessThan(1_000);
});
