import { readFile } from 'node:fs/promises';
import { isEnumType, isObjectType } from 'graphql';
import { expect, it } from 'vitest';
import { buildSchema } from '../../src/api/graphql/build-schema.ts';
import { ERROR_MESSAGES } from '../../src/platform/errors/usher-error.ts';

const page = await readFile('docs/clients.md', 'utf8');

it.each(Object.keys(ERROR_MESSAGES))('the page for clients says what to do about %s', (code) => {
  expect(page).toMatch(new RegExp(`^\\| \`${code}\` \\|`, 'm'));
});

it('the page for clients says what to do about every outcome and code of cancelling', async () => {
  const schema = await buildSchema();
  const results = [schema.getType('CancelTicketResult'), schema.getType('CancelSeatsResult')];
  const outcomes = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && type.getInterfaces().some((it) => results.includes(it)))
    .map(({ name }) => name);
  expect(outcomes.length).toBeGreaterThan(1);
  const codes = schema.getType('CancelTicketErrorCode');
  if (!isEnumType(codes)) throw new Error('the codes are an enum');
  for (const { name } of codes.getValues()) expect(page).toContain(`| \`${name}\` |`);
  for (const name of outcomes) expect(page).toMatch(new RegExp(`^\\| \`${name}\` \\|`, 'm'));
});
