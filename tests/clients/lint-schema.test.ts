import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { lintSchema } from './lint-schema.ts';
import { ruleExceptions } from './schema-rule-exceptions.ts';

const schema = await readFile('schema.graphql', 'utf8');

it('the schema keeps the rules', async () => {
  expect(await lintSchema(schema)).toEqual([]);
});

it('a name that no exception covers is told with its line', async () => {
  const [told, ...others] = await lintSchema(schema.replace(/\bposterUrl: String/, 'poster_url: String'));
  expect(told).toMatch(/^schema\.graphql:\d+ Field "poster_url" should be in camelCase format/);
  expect(others).toEqual([]);
});

it("a connection without Relay's cursor is told", async () => {
  const told = await lintSchema(schema.replace(/endCursor: String\b/, 'lastCursor: String'));
  expect(told.join('\n')).toMatch(/endCursor.*\(@graphql-eslint\/relay-page-info\)/s);
});

it('an exception of no use is told', async () => {
  const useless = { rule: 'no-typename-prefix', says: 'Field "movieName"', because: 'it was there once' };
  expect(await lintSchema(schema, [...ruleExceptions, useless])).toEqual([
    'The exception from no-typename-prefix "Field "movieName"" is of no use any more: remove it.',
  ]);
});
