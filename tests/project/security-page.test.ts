import { access, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const page = await readFile('docs/security.md', 'utf8');
const { scripts } = JSON.parse(await readFile('package.json', 'utf8'));

/** The last column of its tables: test files, and scripts of package.json. */
const named = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (-+|attack|fault) +\|/.test(line))
  .flatMap((line) => line.split('|').at(-2)?.split(', ') ?? [])
  .map((test) => test.trim());

it.each([...new Set(named)])('%s, which the page on security names, is there', async (test) => {
  const script = /^`npm run ([\w:]+)`$/.exec(test)?.[1];
  if (script === undefined) await access(`tests/${test}.test.ts`);
  else expect(scripts).toHaveProperty([script]);
});
