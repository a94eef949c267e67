import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { grantsFile } from '../../src/platform/db/rights.ts';

it('ops/grants.sql has the rights that a start asks for; npm run grants writes it anew', async () => {
  expect(await readFile('ops/grants.sql', 'utf8')).toBe(grantsFile());
});
