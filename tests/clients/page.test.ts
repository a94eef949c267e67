import { readFile } from 'node:fs/promises';
import { buildSchema, parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { compareSnippet, SNIPPETS } from './page-snippets.ts';

it.each(SNIPPETS)('docs/clients.md shows tests/clients/snippets/%s.ts', async (name) => {
  const { shown, file } = await compareSnippet(name);
  expect(shown).toBe(file);
});

/** As the page says. */
it('refund and cancelledAt are selected beside __typename, or of the ticket in each outcome', async () => {
  const schema = buildSchema(await readFile('schema.graphql', 'utf8'));
  const errorsOf = (selection: string) =>
    validate(schema, parse(`mutation { cancelTicket(id: "TKT-1") { ${selection} } }`)).length;
  expect(errorsOf('__typename cancelledAt refund { id } ... on InvalidStatus { currentStatus }')).toBe(0);
  const inEach = (selection: string) =>
    errorsOf(`... on TicketCancelled { ${selection} } ... on InvalidStatus { ${selection} }`);
  expect(inEach('ticket { cancelledAt refund { id } }')).toBe(0);
  expect(inEach('refund { id }')).toBeGreaterThan(0);
  expect(inEach('cancelledAt')).toBeGreaterThan(0);
});
