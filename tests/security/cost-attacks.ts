import { MAX_TOKENS } from '../../src/api/limits/query-limits.ts';

/** Requests that are meant to cost the server far more than their sender, and how each has to be answered. */
export interface CostAttack {
  name: string;
  /** The JSON of the request, as it is sent. */
  body: string;
  status: number;
  code: string;
}

const TOO_LONG = { status: 400, code: 'GRAPHQL_PARSE_FAILED' };
const INVALID = { status: 422, code: 'GRAPHQL_VALIDATION_FAILED' };
const TOO_COSTLY = { status: 422, code: 'BAD_USER_INPUT' };

type Expected = typeof TOO_LONG;

function attack(name: string, expected: Expected, query: string, variables?: object): CostAttack {
  return { name, body: JSON.stringify({ query, variables }), ...expected };
}

/** The text so many times, its # being the number of the repetition. */
function times(count: number, text: string): string {
  return Array.from({ length: count }, (_, n) => text.replaceAll('#', String(n))).join(' ');
}

/** As often as a document of at most MAX_TOKENS can hold, when the text has so many and the rest `besides`. */
const asOftenAsAllowed = (tokens: number, text: string, besides = 20) =>
  times(Math.floor((MAX_TOKENS - besides) / tokens), text);

const nested = (depth: number, open: string, inside: string, close: string) =>
  open.repeat(depth) + inside + close.repeat(depth);

/** Each fragment spreads the next one `spreads` times. */
const fragments = (count: number, spreads: number) =>
  `{ ...F0 } ${times(count, `fragment F# on Query { ${'...Fnext# '.repeat(spreads)} }`)} fragment F${count} on Query { __typename }`.replace(
    /Fnext(\d+)/g,
    (_, n) => `F${Number(n) + 1}`,
  );

const EMPTY_LINES = '\n'.repeat(45_000);
const LISTS = nested(20_000, '[', '', ']');

const BY_FILTER = 'query ($filter: TicketFilter) { myTickets(filter: $filter) { nodes { id } } }';

export const COST_ATTACKS: CostAttack[] = [
  attack('5,000 aliases', TOO_LONG, `{ ${times(5_000, 'a#: __typename')} }`),
  attack(
    'aliased lists, as many as allowed',
    TOO_COSTLY,
    `{ ${asOftenAsAllowed(10, 'a#: myTickets { nodes { id } }')} }`,
  ),
  attack(
    '1,000 aliased cancels',
    TOO_LONG,
    `mutation { ${times(1_000, 'a#: cancelTicket(id: "TKT-#") { message }')} }`,
  ),
  attack(
    'aliased cancels, as many as allowed',
    TOO_COSTLY,
    `mutation { ${asOftenAsAllowed(11, 'a#: cancelTicket(id: "TKT-#") { message }')} }`,
  ),
  attack('100 aliased QR codes', TOO_LONG, `{ ${times(100, 'a#: ticket(id: "TKT-#") { qrCode }')} }`),
  attack('30 aliased QR codes', TOO_COSTLY, `{ ${times(30, 'a#: ticket(id: "TKT-#") { qrCode }')} }`),
  attack('100 QR codes of one list', TOO_COSTLY, '{ myTickets(first: 100) { nodes { qrCode } } }'),
  attack(
    '100 calendar entries of one list',
    TOO_COSTLY,
    '{ myTickets(last: 100) { edges { node { calendarEvent } } } }',
  ),
  attack(
    'counting under 100 names',
    TOO_COSTLY,
    `{ myTickets(first: 1) { ${times(100, 'a#: totalCount')} } }`,
  ),
  attack('5,000 duplicated fields', TOO_LONG, `{ ${times(5_000, '__typename')} }`),
  attack('500 duplicated fields of a list', TOO_COSTLY, `{ myTickets { nodes { ${times(500, 'id')} } } }`),
  attack(
    'duplicated fields, as many as allowed',
    INVALID,
    `{ myTickets { nodes { ${asOftenAsAllowed(1, 'id')} } } }`,
  ),
  attack(
    'conflicting fields, as many as allowed',
    INVALID,
    `{ ${asOftenAsAllowed(11, 'a: ticket(id: "#") { id }')} }`,
  ),
  attack('5,000 directives', TOO_LONG, `{ __typename ${times(5_000, '@skip(if: false)')} }`),
  attack(
    'directives, as many as allowed',
    INVALID,
    `{ __typename ${asOftenAsAllowed(7, '@skip(if: false)')} }`,
  ),
  attack(
    '300 levels of fields',
    INVALID,
    `{ __schema { types { ${nested(300, 'ofType { ', 'name', ' }')} } } }`,
  ),
  attack('300 levels of inline fragments', INVALID, `{ ${nested(300, '... { ', '__typename', ' }')} }`),
  attack(
    '200 levels below an interface',
    INVALID,
    `mutation { cancelTicket(id: "TKT-1") { ticket { ${nested(200, '... { ', 'id', ' }')} } } }`,
  ),
  attack('300 levels of fragments', TOO_LONG, fragments(300, 1)),
  attack('levels of fragments, as many as allowed', INVALID, fragments(100, 1)),
  attack('a fragment bomb of 2^30 fields', INVALID, fragments(30, 2)),
  attack(
    'circular fragments',
    INVALID,
    '{ ...A } fragment A on Query { ...B ...B } fragment B on Query { ...A ...A }',
  ),
  attack('20,000 nested lists', TOO_LONG, `{ myTickets(first: ${LISTS}) { totalCount } }`),
  {
    ...attack('20,000 nested lists in a variable', TOO_COSTLY, ''),
    body: `{"query":"query ($first: Int) { myTickets(first: $first) { totalCount } }","variables":{"first":${LISTS}}}`,
  },
  attack(
    'circular introspection',
    INVALID,
    `{ __schema { types { ${nested(15, 'fields { type { ', 'name', ' } }')} } } }`,
  ),
  attack(
    'wide introspection',
    TOO_COSTLY,
    `{ __schema { types { fields { type { ${asOftenAsAllowed(6, 'a#: fields { name }')} } } } } }`,
  ),
  attack(
    'an enormous first',
    { status: 294, code: 'BAD_USER_INPUT' },
    '{ myTickets(first: 2147483647) { nodes { id } } }',
  ),
  attack('names of 1 MB', { status: 413, code: 'BAD_USER_INPUT' }, `{ ${'x'.repeat(1_000_000)} }`),
  attack(
    'a name of 90 KB in many errors',
    INVALID,
    `query ${'x'.repeat(90_000)} { ${times(70, 'a#: ticket(id: $v#) { id }')} }`,
  ),
  attack(
    'errors below 45,000 empty lines',
    INVALID,
    `${EMPTY_LINES} query (${times(240, '$v: Int')}) { __typename }`,
  ),
  attack('8,500 unknown fields in a variable', TOO_COSTLY, BY_FILTER, {
    filter: Object.fromEntries(Array.from({ length: 8_500 }, (_, n) => [`${n.toString(36)}_`, 0])),
  }),
  attack('45,000 wrong values in a variable', TOO_COSTLY, BY_FILTER, {
    filter: { status: Array(45_000).fill(0) },
  }),
  attack('a wrong value of 90 KB', TOO_COSTLY, BY_FILTER, { filter: { timing: 'x'.repeat(90_000) } }),
  attack(
    '9,500 statuses for each of 23 lists',
    { status: 294, code: 'BAD_USER_INPUT' },
    `query ($filter: TicketFilter) { ${times(23, 'a#: myTickets(first: 1, filter: $filter) { totalCount }')} }`,
    { filter: { status: Array(9_500).fill('EXPIRED') } },
  ),
  attack('a number of 90,000 digits', INVALID, `{ myTickets(first: ${'1'.repeat(90_000)}) { totalCount } }`),
];
