import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { configurationPage, describedVariables } from '../../src/app/config/configuration-page.ts';
import { variables } from '../../src/app/config/variables.ts';

const names = Object.keys(variables.shape);

it('docs/configuration.md is up to date; npm run docs:configuration rewrites it', async () => {
  expect(await readFile('docs/configuration.md', 'utf8')).toBe(configurationPage());
});

it('each variable is described once', () => {
  expect(describedVariables().sort()).toEqual(names.toSorted());
});

it('.env.example has each variable once', async () => {
  const example = await readFile('.env.example', 'utf8');
  const listed = [...example.matchAll(/^(\w+)=/gm)].map((match) => match[1]);
  expect(listed.sort()).toEqual(names.toSorted());
});
