import { expect, it } from 'vitest';
import { judge } from './schema-promise.ts';

const PROMISED = `
  type Query { movie(id: ID!): Movie }
  type Movie { id: ID!  name: String!  rating: Float  genre: Genre! }
  enum Genre { DRAMA }
`;

const present = (from: string, to: string) => {
  expect(PROMISED).toContain(from);
  return PROMISED.replace(from, to);
};

it.each([
  ['a removed field', 'rating: Float', '', /Field 'rating' was removed.*\[FIELD_REMOVED at Movie\.rating\]/],
  [
    'an argument that has to be given',
    'id: ID!)',
    'id: ID!, region: String!)',
    /Argument 'region: String!' added.*\[FIELD_ARGUMENT_ADDED at Query\.movie\.region\]/,
  ],
  [
    'an output that may be null now',
    'name: String!',
    'name: String',
    /changed type from 'String!' to 'String'.*\[FIELD_TYPE_CHANGED at Movie\.name\]/,
  ],
  [
    'a removed value',
    'enum Genre { DRAMA }',
    'enum Genre { COMEDY }',
    /\[ENUM_VALUE_REMOVED at Genre\.DRAMA\]/,
  ],
])('%s breaks clients, and it is said why and what to do', async (_what, from, to, reason) => {
  const { kept, lines } = await judge(PROMISED, present(from, to), []);
  expect(kept).toBe(false);
  expect(lines.filter((line) => line.startsWith('BREAKS CLIENTS')).join('\n')).toMatch(reason);
  expect(lines.join('\n')).toContain('mark each with');
});

const MARK = {
  type: 'FIELD_REMOVED',
  path: 'Movie.rating',
  reason: 'nobody can say where the ratings come from',
  decision: 'docs/decisions/026-promised-schema.md',
};

it('a break that is marked passes, and is told', async () => {
  const { kept, lines } = await judge(PROMISED, present('rating: Float', ''), [MARK]);
  expect(kept).toBe(true);
  expect(lines.join('\n')).toMatch(/^meant: Field 'rating'/);
});

it('a mark covers no other break', async () => {
  const both = present('rating: Float', '').replace('name: String!', 'name: String');
  const { kept, lines } = await judge(PROMISED, both, [MARK]);
  expect(kept).toBe(false);
  expect(lines.filter((line) => line.startsWith('BREAKS CLIENTS'))).toEqual([
    expect.stringContaining('at Movie.name'),
  ]);
});

it('a mark without its break is stale', async () => {
  const { kept, lines } = await judge(PROMISED, PROMISED, [MARK]);
  expect(kept).toBe(false);
  expect(lines).toEqual([expect.stringMatching(/^STALE: FIELD_REMOVED at Movie\.rating/)]);
});

it('what is added passes without a word', async () => {
  const added = present('rating: Float', 'rating: Float  duration: Int!');
  expect(await judge(PROMISED, added, [])).toEqual({ kept: true, lines: [] });
});

it('what may surprise clients passes, and is told', async () => {
  const { kept, lines } = await judge(PROMISED, present('DRAMA', 'DRAMA COMEDY'), []);
  expect(kept).toBe(true);
  expect(lines).toEqual([expect.stringMatching(/^careful: .*\[ENUM_VALUE_ADDED at Genre\.COMEDY\]/)]);
});
