import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const readme = await readFile('README.md', 'utf8');

it('the README names every folder of src, and no other', async () => {
  const entries = await readdir('src', { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => `${entry.name}/`);
  const named = [...readme.matchAll(/^ {2}(\w+\/) /gm)].map((match) => match[1]);
  expect(named.sort()).toEqual(folders.sort());
});
