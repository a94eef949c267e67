import { readFile } from 'node:fs/promises';
import {
  type DocumentNode,
  type GraphQLField,
  getIntrospectionQuery,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signToken } from '../../../src/api/auth/sign-token.ts';
import { buildSchema } from '../../../src/api/graphql/build-schema.ts';
import { depthLimit } from '../../../src/api/limits/depth-limit.rule.ts';
import { createCostOf } from '../../../src/api/limits/operation-cost.ts';
import { MAX_COST, MAX_DEPTH, MAX_TOKENS } from '../../../src/api/limits/query-limits.ts';
import { COST_ATTACKS } from '../../security/cost-attacks.ts';
import {
  SECRET,
  startTestApi,
  startTestInstance,
  type TestApi,
  TOKEN_RULES,
} from '../../support/test-api.ts';
import { givenCatalogue, givenTicket, HOUR } from '../../support/world.ts';

const schema = await buildSchema();
const costOf = createCostOf(schema);

const isOperation = ({ kind }: { kind: Kind }) => kind === Kind.OPERATION_DEFINITION;
const cost = (document: DocumentNode | string, variables = {}): number => {
  const parsed = typeof document === 'string' ? parse(document) : document;
  return costOf(parsed, parsed.definitions.find(isOperation) as OperationDefinitionNode, variables);
};

let api: TestApi;
let token: string;
beforeAll(async () => {
  api = await startTestApi();
  token = await signToken('user-asha', SECRET, TOKEN_RULES);
  await givenCatalogue(api.database.db);
  for (let n = 0; n < 20; n += 1)
    await givenTicket(api.database.db, { id: `TKT-${n}`, showStart: new Date(Date.now() + (n + 2) * HOUR) });
});
afterAll(() => api.close());
beforeEach(() => {
  api.database.statements.length = 0;
});

async function post(body: string) {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/graphql-response+json',
    authorization: `Bearer ${token}`,
  };
  const response = await fetch(`${api.origin}/graphql`, { method: 'POST', headers, body });
  const text = await response.text();
  const { data, errors } = JSON.parse(text);
  const codes = new Set(errors?.map(({ extensions }: { extensions: { code: string } }) => extensions.code));
  return { status: response.status, codes: [...codes], size: text.length, data, errors };
}

describe('refused before anything is executed:', () => {
  it.each(COST_ATTACKS)('$name', async ({ body, status, code }) => {
    const answer = await post(body);
    expect({ status: answer.status, codes: answer.codes }).toEqual({ status, codes: [code] });
    expect(answer.data ?? null).toBeNull();
    expect(api.database.statements).toEqual([]);
    // Nor is the answer a way to make the server send much more than it was sent.
    expect(answer.size).toBeLessThan(6 * body.length + 1_000);
  });

  it('an error of validation is looked for in the text only where introspection is on', async () => {
    const wrong = { message: 'Cannot query field "nothing" on type "Query".' };
    const code = { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } };
    const { errors } = await post(JSON.stringify({ query: '{ nothing }' }));
    expect(errors).toEqual([{ ...wrong, ...code, locations: [{ line: 1, column: 3 }] }]);
    const inProduction = await startTestInstance(api, { introspection: false });
    expect((await inProduction.send('{ nothing }')).errors).toEqual([{ ...wrong, ...code }]);
    await inProduction.close();
  });

  it('of many variables that are wrong only the first is named, as the mistake of the client', async () => {
    const query = 'query ($filter: TicketFilter) { myTickets(filter: $filter) { totalCount } }';
    const variables = { filter: { status: Array(100).fill('WRONG') } };
    const { errors } = await post(JSON.stringify({ query, variables }));
    expect(errors).toMatchObject([
      { message: expect.stringContaining('"filter.status[0]"'), extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect(errors).toHaveLength(1);
  });

  it('who asks too much is told how much that is, and what to do', async () => {
    const { errors } = await post(
      JSON.stringify({ query: '{ myTickets(first: 100) { nodes { qrCode } } }' }),
    );
    expect(errors[0].message).toBe(
      'The operation costs 40300, but at most 10000 is allowed. Ask for fewer tickets at once or fewer fields of each; a QR code costs most, so ask for it one ticket at a time.',
    );
  });
});

const pages = `${await readFile('README.md', 'utf8')}\n${await readFile('docs/clients.md', 'utf8')}`;
const operations = [...pages.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, query = '']) => query);

describe('half of each limit is enough for', () => {
  it.each([
    ...operations.map((query) => [/\w+ (\w+)/.exec(query)?.[1] ?? query, query]),
    [
      "GraphiQL's introspection query",
      getIntrospectionQuery({ schemaDescription: true, inputValueDeprecation: true }),
    ],
  ])('%s', (_name, query) => {
    const document = parse(query, { maxTokens: MAX_TOKENS / 2 });
    expect(validate(schema, document, [depthLimit(MAX_DEPTH / 2)])).toEqual([]);
    expect(cost(document)).toBeLessThanOrEqual(MAX_COST / 2);
  });
});

describe('allowed are', () => {
  const LIST = `totalCount nodes { id bookingTime status show { movie { name posterUrl } theater { name city } startTime }
    seatsCount seatNumbers totalAmount { amount currencyCode } canCancel cancelDeadline } pageInfo { endCursor }`;

  it.each([
    ['the list of 100 tickets', `{ myTickets(first: 100) { ${LIST} } }`],
    ['a list of 20 tickets with their QR codes', `{ myTickets { ${LIST} nodes { qrCode } } }`],
    [
      'as many cancellations at once as are allowed in an hour',
      `mutation { ${[1, 2, 3, 4, 5].map((n) => `a${n}: cancelTicket(id: "TKT-${n}") { message ticket { id status } }`).join(' ')} }`,
    ],
    ["GraphiQL's introspection query", getIntrospectionQuery()],
  ])('%s', async (_words, query) => {
    const { errors } = await post(JSON.stringify({ query }));
    expect(errors).toBeUndefined();
  });

  it('a ticket that is not there: the limits leave other errors as they are', async () => {
    const answer = await post(JSON.stringify({ query: '{ ticket(id: "TKT-404") { id } }' }));
    expect(answer).toMatchObject({ status: 294, codes: ['NOT_FOUND'], data: { ticket: null } });
  });
});

describe('the cost of an operation', () => {
  const PAGE = 'query ($first: Int = 50) { myTickets(first: $first) { nodes { id } } }';

  it.each([
    ['a variable', PAGE, { first: 100 }, 400],
    ["a variable's default", PAGE, {}, 300],
    ['null, which means the default of the argument', PAGE, { first: null }, 240],
    ['a page shorter than ten, which counts as ten', PAGE, { first: 1 }, 220],
    ['a negative page', PAGE, { first: -100 }, 220],
    ['a page that is refused later', PAGE, { first: 2_147_483_647 }, 400],
  ])('depends on %s', (_words, query, variables, expected) => {
    expect(cost(query, variables)).toBe(expected);
  });

  it('is counted anew when the same document comes with other variables', () => {
    const document = parse(PAGE);
    expect(
      [{ first: 100 }, {}, { first: null }, { first: 100 }].map((given) => cost(document, given)),
    ).toEqual([400, 300, 240, 400]);
  });

  it('is not learned from variables that do not fit', () => {
    const document = parse(
      'query ($first: Int, $after: String) { myTickets(first: $first, after: $after) { nodes { id } } }',
    );
    expect(() => cost(document, { first: 100, after: {} })).toThrow('"$after" got invalid value');
    expect(cost(document, { first: 100, after: 'x' })).toBe(400);
  });

  it('leaves out what is skipped', () => {
    const document = parse(
      'query ($full: Boolean!) { ticket(id: "TKT-1") { id qrCode @include(if: $full) } }',
    );
    expect([cost(document, { full: false }), cost(document, { full: true })]).toEqual([21, 421]);
  });
});

describe('in the schema, a cost stands beside', () => {
  type Field = [path: string, field: GraphQLField<unknown, unknown>];
  const fieldsOf = (names: string[]): Field[] =>
    names.flatMap((name) => {
      const type = schema.getType(name);
      if (!isObjectType(type) && !isInterfaceType(type)) return [];
      return Object.values(type.getFields()).map((field): Field => [`${name}.${field.name}`, field]);
    });
  const everything = fieldsOf(Object.keys(schema.getTypeMap()).filter((name) => !name.startsWith('__')));
  const hasCost = ({ extensions }: GraphQLField<unknown, unknown>) => extensions.complexity !== undefined;

  it.each(everything.filter(([, field]) => isListType(getNullableType(field.type))))(
    'the list %s',
    (_path, field) => {
      expect(hasCost(field)).toBe(true);
    },
  );

  it.each(fieldsOf(['Query', 'Mutation']))('%s', (_path, field) => {
    expect(hasCost(field)).toBe(true);
  });

  it.each([
    ['Ticket', (fields: string) => `{ ticket(id: "TKT-1") { ${fields} } }`],
    // A page whose rows are read.
    ['TicketConnection', (fields: string) => `{ myTickets { pageInfo { __typename } ${fields} } }`],
  ])('each field of %s that takes a statement of its own', async (type, query) => {
    const statementsFor = async (fields: string) => {
      await api.jobs.flush();
      api.database.statements.length = 0;
      const { errors } = await post(JSON.stringify({ query: query(fields) }));
      expect(errors).toBeUndefined();
      return api.database.statements.length;
    };
    // The first run of a connection also asks for the types of arrays.
    await statementsFor('__typename');
    const without = await statementsFor('__typename');
    const unpriced: string[] = [];
    for (const [path, field] of fieldsOf([type])) {
      const inside = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
      if ((await statementsFor(`${field.name}${inside}`)) > without && !hasCost(field)) unpriced.push(path);
    }
    expect(unpriced).toEqual([]);
  });
});
