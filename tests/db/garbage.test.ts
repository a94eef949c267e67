import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { createTestDatabase } from '../support/test-database.ts';

/** Those of production but for the sizes: the young generation is cleaned often, the old one not at all, so nothing is missed. */
const FLAGS = [
  ...packageJson.scripts['start:production'].split(' ').filter((word) => /^--(?!max-)/.test(word)),
  '--max-semi-space-size=2',
  '--initial-old-space-size=1024',
];

it('what statements and transactions leave is cleaned with the young generation (docs/decisions/039)', async () => {
  const database = await createTestDatabase();
  const script = fileURLToPath(new URL('./garbage.process.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...FLAGS,
    '--import',
    'tsx',
    script,
    database.url,
  ]);
  const { statements, transaction } = JSON.parse(stdout) as Record<string, number>;
  // Were they kept, it would be 2,500 bytes and 5,700.
  expect(statements).toBeLessThan(1_000);
  expect(transaction).toBeLessThan(1_000);
  await database.close();
});
