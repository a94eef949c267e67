import fc from 'fast-check';
import { type GraphQLSchema, Lexer, Source, TokenKind } from 'graphql';
import { arbitraryOperation, type KnownValues } from './arbitrary-operation.ts';
import { HOSTILE_TEXTS, hostileText } from './hostile-text.ts';
import { type PrintedOperation, printOperation } from './print-operation.ts';

/** A request to /graphql. */
export interface FuzzRequest {
  method: 'POST' | 'GET';
  /** With its question mark; empty for none. */
  search: string;
  contentType: string;
  body: string | null;
  /** Whether the schema allows the operation. */
  meantValid: boolean;
}

const JSON_TYPE = 'application/json';
/** A server may refuse longer ones. */
const MOST_TOKENS = 800;

/** Requests of a user: two of three meant to be valid, the others broken in one place or another. */
export function arbitraryRequest(schema: GraphQLSchema, known: KnownValues): fc.Arbitrary<FuzzRequest> {
  const operation = arbitraryOperation(schema, known)
    .map(printOperation)
    .filter(({ query }) => countTokens(query) <= MOST_TOKENS);
  const post = (envelope: unknown, meantValid = false) => inBody(JSON.stringify(envelope), meantValid);
  const mangledText = fc.tuple(operation, damages).map(([{ query, variables }, list]) => ({
    query: list.reduce((text, damage) => damage(text), query),
    variables,
  }));
  return fc.oneof(
    { weight: 11, arbitrary: operation.map((one) => post(one, true)) },
    { weight: 1, arbitrary: operation.map((one) => inSearch(one, true)) },
    { weight: 2, arbitrary: mangledText.map((one) => post(one)) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(operation, fc.nat(), anyJson)
        .map(withOtherVariable)
        .map((one) => post(one)),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(operation, envelopeParts).map(([one, parts]) => inBody(merged(one, parts))),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(operation, damages)
        .map(([one, list]) => inBody(list.reduce((text, damage) => damage(text), JSON.stringify(one)))),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(mangledText, contentType)
        .map(([one, type]) => ({ ...post(one), contentType: type })),
    },
    { weight: 1, arbitrary: mangledText.map((one) => inSearch(one, false)) },
  );
}

function inBody(body: string, meantValid = false): FuzzRequest {
  return { method: 'POST', search: '', contentType: JSON_TYPE, body, meantValid };
}

/** A mutation is refused there, and so is what makes the address too long. */
function inSearch({ query, variables }: PrintedOperation, meantValid: boolean): FuzzRequest {
  const text = JSON.stringify(variables);
  const fits = query.length + text.length < 2_000 && !/\p{Cs}/u.test(query);
  if (!fits) return inBody(JSON.stringify({ query, variables }), meantValid);
  const search = `?${new URLSearchParams({ query, variables: text })}`;
  return { method: 'GET', search, contentType: JSON_TYPE, body: null, meantValid };
}

type Damage = (text: string) => string;

const PIECES = [
  ...[
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    '"',
    '"""',
    '...',
    '@',
    '$',
    '!',
    ':',
    '|',
    '&',
    '#',
    '\\',
    '\u0000',
    '\ud800',
  ],
  ...[
    '@include(if: 1)',
    '@skip',
    '@defer',
    '@deprecated',
    '__typename',
    '__schema { types { name } }',
    'query',
    'fragment F0 on Ticket { ...F0 }',
  ],
  ...[' on ', '-0', '1e400', '$v0', 'subscription { x }', '{ ticket }'],
];

const damages: fc.Arbitrary<Damage[]> = fc.array(
  fc
    .record({
      /** Where, in thousandths of the text. */
      at: fc.noBias(fc.nat(1_000)),
      length: fc.nat(12),
      piece: fc.oneof(fc.constantFrom(...PIECES), fc.constantFrom(...HOSTILE_TEXTS)),
      kind: fc.constantFrom('insert', 'remove', 'replace', 'cut', 'repeat'),
    })
    .map(
      ({ at, length, piece, kind }): Damage =>
        (text) => {
          const start = Math.floor((at * text.length) / 1_000);
          const [before, part, after] = [
            text.slice(0, start),
            text.slice(start, start + length),
            text.slice(start + length),
          ];
          switch (kind) {
            case 'insert':
              return before + piece + part + after;
            case 'remove':
              return before + after;
            case 'replace':
              return before + piece + after;
            case 'cut':
              return before;
            case 'repeat':
              return before + part.repeat(20) + after;
          }
        },
    ),
  { minLength: 1, maxLength: 3 },
);

/** Written as text where a literal would set the prototype instead of a key. */
const TRAPS = [
  '{"__proto__":{"id":"TKT-1"}}',
  '{"constructor":{"prototype":{"x":1}}}',
  '{"toString":1}',
  '{"toString":1,"valueOf":1}',
  '{"then":1}',
  '{"toJSON":1,"length":-1}',
  `${'['.repeat(2_000)}${']'.repeat(2_000)}`,
].map((text): unknown => JSON.parse(text));

const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...TRAPS),
  hostileText,
  fc.jsonValue({ maxDepth: 3 }),
);

/** One variable less, one of another type, or one that nobody asked for. */
function withOtherVariable([{ query, variables }, pick, value]: [PrintedOperation, number, unknown]) {
  const names = Object.keys(variables);
  const name = names[pick % (names.length || 1)];
  if (name === undefined) return { query, variables: value };
  const { [name]: _, ...others } = variables;
  if (pick % 4 === 0) return { query, variables: others };
  return {
    query,
    variables: { ...others, [name]: value, ...(pick % 4 === 1 ? { constructor: value } : {}) },
  };
}

const envelopeParts = fc.record(
  {
    query: fc.oneof(anyJson, fc.constant('{ __typename }')),
    variables: anyJson,
    operationName: fc.oneof(anyJson, fc.constantFrom('Fuzz', 'Other', '__proto__')),
    extensions: fc.oneof(
      anyJson,
      fc.record({
        persistedQuery: fc.oneof(
          anyJson,
          fc.record(
            { version: fc.oneof(fc.constant(1), anyJson), sha256Hash: anyJson },
            { requiredKeys: [] },
          ),
        ),
      }),
    ),
    id: anyJson,
  },
  { requiredKeys: [] },
);

/** As text, with the key that an object cannot be given. */
function merged(operation: PrintedOperation, parts: object): string {
  return JSON.stringify({ ...operation, ...parts }).replace(/^\{/, '{"__proto__":{"query":"{ x }"},');
}

const contentType = fc.constantFrom(
  'application/json; charset=utf-16',
  'application/json; charset=nonsense',
  'application/graphql',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  '',
);

function countTokens(query: string): number {
  const lexer = new Lexer(new Source(query));
  let count = 0;
  while (lexer.advance().kind !== TokenKind.EOF) count += 1;
  return count;
}
