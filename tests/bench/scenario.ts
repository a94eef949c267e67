import { DESK } from '../../src/dev/seed/load-users.ts';
import { encodeCursor, listName, NEWEST_FIRST } from '../../src/tickets/ticket-order.ts';
import type { BenchDatabase } from './bench-database.ts';
import type { ContenderName } from './contender.ts';
import { DESKS } from './desks.ts';
import type { LoadRequest } from './load.ts';
import type { OperationName } from './operations.ts';
import { tokenOf } from './tokens.ts';

/** One thing that clients do, asked for by many users. */
export interface Scenario {
  name: string;
  title: string;
  operation: OperationName;
  expect: string;
  /** Whether its requests change rows. Then each is sent once, and the rows are restored between runs. */
  changes: boolean;
  /** The contenders that can answer; all unless given. */
  contenders?: readonly ContenderName[];
  /** A contender whose answers differ by design. */
  unlike?: ContenderName;
  requests(database: BenchDatabase): Promise<LoadRequest[]>;
}

const list = { operation: 'MyTickets', expect: '"nodes":[{"id"', changes: false } as const;
const details = { expect: '"ticket":{"id"', changes: false } as const;

/** Lists of other shapes, which only these contenders answer. */
const shape = {
  expect: '"nodes":[{"id"',
  changes: false,
  contenders: ['baseline', 'usher', 'earlier'],
} as const;

export const SCENARIOS: readonly Scenario[] = [
  { ...list, name: 'list20', title: 'list of 20', requests: (database) => listsOf(database, 20) },
  { ...list, name: 'list100', title: 'list of 100', requests: (database) => listsOf(database, 100) },
  {
    ...details,
    name: 'details',
    title: 'details without QR',
    operation: 'TicketDetails',
    requests: (database) => detailsOf(database, 4_000),
  },
  {
    ...details,
    name: 'qr',
    title: 'details with QR',
    operation: 'TicketDetailsWithQr',
    requests: (database) => detailsOf(database, MOST_PICTURES),
  },
  {
    name: 'cancel',
    title: 'cancel',
    operation: 'Cancel',
    expect: 'Ticket cancelled successfully',
    changes: true,
    requests: cancellations,
  },
  {
    ...shape,
    name: 'everything',
    title: 'everything',
    operation: 'Everything',
    requests: (database) => listsOf(database, 20),
  },
  {
    ...shape,
    name: 'by-amount',
    title: 'by amount',
    operation: 'ByAmount',
    requests: () => ofDesks({ last: 20 }),
  },
  {
    ...shape,
    name: 'cancelled',
    title: 'cancelled',
    operation: 'Cancelled',
    // Before decision 055 the count had no bound.
    unlike: 'earlier',
    requests: () => ofDesks({ first: 20 }),
  },
  {
    ...shape,
    name: 'count',
    title: 'count',
    operation: 'Count',
    expect: '"totalCount":',
    unlike: 'earlier',
    requests: () => ofDesks({}),
  },
  {
    ...shape,
    name: 'upcoming',
    title: 'upcoming',
    operation: 'Upcoming',
    requests: () => ofDesks({ first: 20 }),
  },
  {
    ...shape,
    name: 'past-deep',
    title: 'past, deep',
    operation: 'Past',
    requests: deepInThePast,
  },
  { ...list, name: 'first', title: 'first page of the desk', requests: (database) => pageOf(database, 0) },
  {
    ...list,
    name: 'deep',
    title: 'its page at row 90,000',
    requests: (database) => pageOf(database, 90_000),
  },
];

/** Whether a contender can answer a scenario. */
export function canAnswer({ name }: { name: ContenderName }, { contenders }: Scenario): boolean {
  return contenders === undefined || contenders.includes(name);
}

const MOST_USERS = 1_000;
/** Few enough that all QR codes are drawn during the warm-up. All contenders draw them with the same code. */
const MOST_PICTURES = 500;
const MOST_TICKETS = 40_000;

/** Users with at least one full page of tickets. */
async function listsOf({ sql }: BenchDatabase, first: number): Promise<LoadRequest[]> {
  const users = await sql<{ user_id: string }[]>`
    select user_id from tickets where user_id <> all(${[...DESKS]}) group by user_id having count(*) > ${first}
    order by md5(user_id) limit ${MOST_USERS}`;
  return Promise.all(
    users.map(async ({ user_id }) => ({ token: await tokenOf(user_id), variables: { first } })),
  );
}

/** CONFIRMED tickets of many users in random order. They have rows in every table, and a QR code. */
async function detailsOf(database: BenchDatabase, most: number): Promise<LoadRequest[]> {
  const tickets = await confirmedTickets(database, most);
  return Promise.all(
    tickets.map(async ({ user_id, id }) => ({ token: await tokenOf(user_id), variables: { id } })),
  );
}

async function cancellations(database: BenchDatabase): Promise<LoadRequest[]> {
  const tickets = await confirmedTickets(database, MOST_TICKETS);
  return Promise.all(
    tickets.map(async ({ user_id, id }) => ({
      token: await tokenOf(user_id),
      variables: { id, key: `bench ${id}` },
    })),
  );
}

function confirmedTickets({ sql }: BenchDatabase, most: number) {
  return sql<{ user_id: string; id: string }[]>`
    select t.user_id, t.id from tickets t join shows s on s.id = t.show_id
    where t.user_id <> all(${[...DESKS]}) and t.status = 'CONFIRMED' and s.start_time > now() + interval '1 day'
    order by md5(t.id) limit ${most}`;
}

/** Each connection of the load generator needs a request of its own. */
const MOST_CONNECTIONS = 256;

/** The same request of several users with many tickets each: one user may read only a few lists at once. */
async function ofDesks(variables: Record<string, unknown>): Promise<LoadRequest[]> {
  const tokens = await Promise.all(DESKS.map(tokenOf));
  return Array.from({ length: MOST_CONNECTIONS }, (_, nth) => ({
    token: tokens[nth % tokens.length] ?? '',
    variables,
  }));
}

/** Pages after nine tenths of the past tickets of the desks, by show time. */
async function deepInThePast({ sql }: BenchDatabase): Promise<LoadRequest[]> {
  const name = listName({ field: 'SHOW_TIME', direction: 'DESC' }, { timing: 'PAST' });
  const pages = await Promise.all(
    DESKS.map(async (desk) => {
      const token = await tokenOf(desk);
      const tickets = await sql<{ id: string; start_time: Date }[]>`
        select t.id, s.start_time from tickets t join shows s on s.id = t.show_id
        where t.user_id = ${desk} and s.end_time < now() - interval '1 hour' order by s.start_time, t.id
        offset 30 limit (select count(*) / 10 from tickets where user_id = ${desk})`;
      return tickets.slice(0, 160).map(({ id, start_time }) => ({
        token,
        variables: { first: 20, after: encodeCursor({ key: start_time.toISOString(), id }, name) },
      }));
    }),
  );
  return Array.from({ length: 160 }, (_, nth) => pages.flatMap((page) => page[nth] ?? [])).flat();
}

/** Pages of twenty around a row of the longest list. */
async function pageOf({ sql }: BenchDatabase, row: number): Promise<LoadRequest[]> {
  const token = await tokenOf(DESK);
  if (row === 0) return Array.from({ length: 64 }, () => ({ token, variables: { first: 20 } }));
  const tickets = await sql<{ id: string; booking_time: Date }[]>`
    select id, booking_time from tickets where user_id = ${DESK}
    order by booking_time desc, id desc offset ${row} limit 640`;
  const name = listName(NEWEST_FIRST, {});
  return tickets.map(({ id, booking_time }) => ({
    token,
    variables: { first: 20, after: encodeCursor({ key: booking_time.toISOString(), id }, name) },
  }));
}
