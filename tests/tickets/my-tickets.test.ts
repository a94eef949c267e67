import { readFileSync } from 'node:fs';
import { buildSchema, type GraphQLObjectType, getNamedType, isLeafType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { givenCatalogue, givenTicket, givenUser, HOUR } from '../support/world.ts';

let api: TestApi;
const now = Date.now();
const at = (hours: number) => new Date(now + hours * HOUR);

/** Five tickets of Asha. t2 and t3 have the same booking time; the shows of t4 and t5 start at the same time. */
beforeAll(async () => {
  api = await startTestApi();
  const { db } = api.database;
  await givenCatalogue(db);
  await givenUser(db, 'user-nobody');
  await givenTicket(db, { id: 'TKT-t1', showStart: at(-50), bookingTime: at(-100) });
  await givenTicket(db, { id: 'TKT-t2', showStart: at(-1), bookingTime: at(-90), seatNumbers: ['3'] });
  await givenTicket(db, { id: 'TKT-t3', showStart: at(30), bookingTime: at(-90), status: 'EXPIRED' });
  await givenTicket(db, {
    id: 'TKT-t4',
    showStart: at(60),
    bookingTime: at(-80),
    seatNumbers: ['10', '9', '2'],
  });
  await givenTicket(db, { id: 'TKT-t5', showStart: at(60), bookingTime: at(-70), status: 'PENDING_PAYMENT' });
  await givenTicket(db, { id: 'TKT-ravi', userId: 'user-ravi', showStart: at(60), bookingTime: at(-75) });
});
afterAll(() => api.close());

interface Page {
  ids: string[];
  start: string | null;
  end: string | null;
  next: boolean;
  previous: boolean;
}

async function list(args = '', as = 'user-asha'): Promise<Page> {
  const fields = '{ nodes { id } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } }';
  const { data, errors } = await api.send(`{ myTickets${args && `(${args})`} ${fields} }`, { as });
  if (errors) throw new Error(errors[0]?.extensions.code);
  const { nodes, pageInfo } = data.myTickets;
  const { startCursor, endCursor, hasNextPage, hasPreviousPage } = pageInfo;
  return {
    ids: nodes.map((node: { id: string }) => node.id.replace('TKT-', '')),
    start: startCursor,
    end: endCursor,
    next: hasNextPage,
    previous: hasPreviousPage,
  };
}

describe('the list of my tickets', () => {
  it('has only own tickets, newest booking first, equal times by id in the same direction', async () => {
    expect(await list()).toMatchObject({ ids: ['t5', 't4', 't3', 't2', 't1'], next: false, previous: false });
  });

  it('is empty for a user without tickets and for an unknown user', async () => {
    const empty = { ids: [], start: null, end: null, next: false, previous: false };
    expect(await list('', 'user-nobody')).toEqual(empty);
    expect(await list('', 'user-unheard-of')).toEqual(empty);
  });

  it.each([
    ['orderBy: {field: BOOKING_TIME, direction: ASC}', ['t1', 't2', 't3', 't4', 't5']],
    ['orderBy: {field: SHOW_TIME}', ['t5', 't4', 't3', 't2', 't1']],
    ['orderBy: {field: SHOW_TIME, direction: ASC}', ['t1', 't2', 't3', 't4', 't5']],
    ['orderBy: {field: TOTAL_AMOUNT, direction: ASC}', ['t2', 't1', 't3', 't5', 't4']],
    ['orderBy: {field: TOTAL_AMOUNT, direction: DESC}', ['t4', 't5', 't3', 't1', 't2']],
  ])('by %s', async (args, ids) => {
    expect((await list(args)).ids).toEqual(ids);
  });

  it.each([
    ['status: CONFIRMED', ['t4', 't2', 't1']],
    ['status: [EXPIRED, PENDING_PAYMENT]', ['t5', 't3']],
    ['status: []', []],
    ['status: null', ['t5', 't4', 't3', 't2', 't1']],
    ['timing: UPCOMING', ['t5', 't4', 't3']],
    ['timing: ONGOING', ['t2']],
    ['timing: PAST', ['t1']],
    ['status: CONFIRMED, timing: UPCOMING', ['t4']],
  ])('filtered by %s', async (filter, ids) => {
    expect((await list(`filter: {${filter}}`)).ids).toEqual(ids);
  });

  it('counts the whole filtered list', async () => {
    const { data } = await api.send('{ myTickets(first: 1, filter: {status: CONFIRMED}) { totalCount } }');
    expect(data.myTickets.totalCount).toBe(3);
  });

  it('counts the list, not the page: after a cursor, beyond its end, and without tickets', async () => {
    const { end } = await list();
    const count = async (args: string, as = 'user-asha') => {
      const query = `{ myTickets(${args}) { totalCount totalCountIsExact nodes { id } } }`;
      const { data } = await api.send(query, { as });
      const { totalCount, totalCountIsExact, nodes } = data.myTickets;
      return [totalCount, totalCountIsExact, nodes.length];
    };
    expect(await count(`first: 2, after: "${(await list('first: 2')).end}"`)).toEqual([5, true, 2]);
    expect(await count(`first: 2, after: "${end}"`)).toEqual([5, true, 0]);
    expect(await count('first: 2', 'user-nobody')).toEqual([0, true, 0]);
  });

  it('counts to 1000, and says when there are more', async () => {
    const { db } = api.database;
    await givenTicket(db, { id: 'TKT-c0', userId: 'user-desk', showStart: at(1) });
    const copyTicket = (first: number, last: number) =>
      db.execute(`
        insert into tickets (user_id, id, show_id, policy_id, status, booking_time, base_amount, total_amount, listed_start, listed_end)
        select user_id, 'TKT-c' || n, show_id, policy_id, status, booking_time, base_amount, base_amount, listed_start, listed_end
        from tickets, generate_series(${first}, ${last}) as n where user_id = 'user-desk' and id = 'TKT-c0'`);
    const count = async () =>
      (await api.send('{ myTickets(first: 1) { totalCount totalCountIsExact } }', { as: 'user-desk' })).data
        .myTickets;
    await copyTicket(1, 999);
    expect(await count()).toEqual({ totalCount: 1_000, totalCountIsExact: true });
    await copyTicket(1_000, 1_200);
    expect(await count()).toEqual({ totalCount: 1_000, totalCountIsExact: false });
  });

  it('has twenty tickets by default', async () => {
    const { db } = api.database;
    await givenTicket(db, { id: 'TKT-m0', userId: 'user-many', showStart: at(1) });
    for (let n = 1; n <= 21; n += 1) {
      const place = {
        showId: 'show-TKT-m0',
        seatNumbers: [String((n % 15) + 3)],
        status: 'EXPIRED' as const,
      };
      await givenTicket(db, { id: `TKT-m${n}`, userId: 'user-many', showStart: at(1), ...place });
    }
    const page = await list('', 'user-many');
    expect([page.ids.length, page.next]).toEqual([20, true]);
  });
});

describe('paging', () => {
  const orders = ['BOOKING_TIME', 'SHOW_TIME', 'TOTAL_AMOUNT'].flatMap((field) =>
    ['ASC', 'DESC'].map((direction) => `orderBy: {field: ${field}, direction: ${direction}}`),
  );

  it.each(orders)('forwards returns every ticket once, %s', async (order) => {
    const whole = (await list(order)).ids;
    const met: string[] = [];
    let page = await list(`first: 2, ${order}`);
    for (met.push(...page.ids); page.next; met.push(...page.ids)) {
      page = await list(`first: 2, after: "${page.end}", ${order}`);
      expect(page.previous).toBe(true);
    }
    expect(met).toEqual(whole);
  });

  it.each(orders)(
    'backwards returns every ticket once, each page in the order of the list, %s',
    async (order) => {
      const whole = (await list(order)).ids;
      let page = await list(`last: 2, ${order}`);
      let met = page.ids;
      while (page.previous) {
        page = await list(`last: 2, before: "${page.start}", ${order}`);
        expect(page.next).toBe(true);
        met = [...page.ids, ...met];
      }
      expect(met).toEqual(whole);
    },
  );

  it('between two cursors returns the tickets between them', async () => {
    const { start } = await list('first: 1');
    const { end } = await list('last: 1');
    expect((await list(`first: 10, after: "${start}", before: "${end}"`)).ids).toEqual(['t4', 't3', 't2']);
  });

  it('neither repeats nor skips a ticket if another is booked in the meantime', async () => {
    const { db } = api.database;
    await givenTicket(db, { id: 'TKT-p1', userId: 'user-pager', showStart: at(5), bookingTime: at(-3) });
    await givenTicket(db, { id: 'TKT-p2', userId: 'user-pager', showStart: at(5), bookingTime: at(-2) });
    const first = await list('first: 1', 'user-pager');
    await givenTicket(db, { id: 'TKT-p3', userId: 'user-pager', showStart: at(5), bookingTime: at(-1) });
    const second = await list(`first: 1, after: "${first.end}"`, 'user-pager');
    expect([first.ids, second.ids, second.next]).toEqual([['p2'], ['p1'], false]);
  });

  it('has one cursor per edge, and pageInfo has the first and last', async () => {
    const { data } = await api.send(
      '{ myTickets(first: 3) { edges { cursor node { id } } pageInfo { startCursor endCursor } } }',
    );
    const { edges, pageInfo } = data.myTickets;
    expect(edges.map((edge: { node: { id: string } }) => edge.node.id)).toEqual([
      'TKT-t5',
      'TKT-t4',
      'TKT-t3',
    ]);
    expect(pageInfo).toEqual({ startCursor: edges[0].cursor, endCursor: edges[2].cursor });
    expect((await list(`first: 1, after: "${edges[0].cursor}"`)).ids).toEqual(['t4']);
  });
});

describe('bad input', () => {
  it.each(['first: 0', 'first: -1', 'first: 101', 'last: 0', 'last: 101', 'first: 1, last: 1'])(
    '%s',
    async (args) => {
      await expect(list(args)).rejects.toThrow('BAD_USER_INPUT');
    },
  );

  const forged = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
  it.each([
    ['nonsense', 'nonsense'],
    ['nothing', ''],
    ['another version', forged(2, 'BOOKING_TIME DESC x', '2024-01-01T00:00:00.000Z', 'TKT-1')],
    ['an object', Buffer.from('{"v":1}').toString('base64url')],
    ['a longer list', forged(1, 'BOOKING_TIME DESC x', '2024-01-01T00:00:00.000Z', 'TKT-1', 'user-ravi')],
    ['a list of another list', forged([1, 'BOOKING_TIME DESC x', '2024-01-01T00:00:00.000Z', 'TKT-1'])],
    ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe, 0x00]).toString('base64url')],
    ['very long', 'x'.repeat(50_000)],
  ])('a cursor that is %s', async (_words, cursor) => {
    await expect(list(`after: "${cursor}"`)).rejects.toThrow('BAD_USER_INPUT');
    await expect(list(`last: 2, before: "${cursor}"`)).rejects.toThrow('BAD_USER_INPUT');
  });

  it('a cursor of another order, or of another filter', async () => {
    const { end } = await list('first: 1');
    await expect(list(`after: "${end}", orderBy: {field: SHOW_TIME}`)).rejects.toThrow('BAD_USER_INPUT');
    await expect(list(`after: "${end}", orderBy: {field: BOOKING_TIME, direction: ASC}`)).rejects.toThrow(
      'BAD',
    );
    await expect(list(`after: "${end}", filter: {status: CONFIRMED}`)).rejects.toThrow('BAD_USER_INPUT');
  });

  it('a cursor of another list where only the count is selected', async () => {
    const { end } = await list('first: 1');
    const query = `{ myTickets(after: "${end}", filter: { status: CONFIRMED }) { totalCount } }`;
    expect((await api.send(query)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it.each([
    "'; drop table tickets; --",
    '9999',
    '2024-13-45T00:00:00Z',
    '2026-02-30T00:00:00.000Z',
    '0000-01-01T00:00:00.000Z',
    '2026-01-01 (x) Z',
    '+275760-09-13T00:00:00.001Z',
  ])('a forged cursor with the key %s', async (key) => {
    const { end } = await list('first: 1');
    const [version, name] = JSON.parse(Buffer.from(end ?? '', 'base64url').toString());
    await expect(list(`after: "${forged(version, name, key, 'TKT-1')}"`)).rejects.toThrow('BAD_USER_INPUT');
  });

  it.each([
    ["another user's ticket", 'TKT-ravi'],
    ['no ticket', 'TKT-none'],
  ])('a forged cursor at the position of %s pages through own tickets from there', async (_words, id) => {
    const { end } = await list('first: 1');
    const [version, name] = JSON.parse(Buffer.from(end ?? '', 'base64url').toString());
    const cursor = forged(version, name, at(-75).toISOString(), id);
    expect((await list(`after: "${cursor}"`)).ids).toEqual(['t4', 't3', 't2', 't1']);
    expect((await list(`last: 9, before: "${cursor}"`)).ids).toEqual(['t5']);
  });

  it.each([
    ['an id that no ticket has', ["TKT-' or true --", 'TKT-', '', 7, null, ['TKT-1']]],
    ['a key of another type', null],
  ])('a forged cursor with %s', async (_words, ids) => {
    const { end } = await list('first: 1');
    const [version, name, key] = JSON.parse(Buffer.from(end ?? '', 'base64url').toString());
    const cursors = ids
      ? ids.map((id) => forged(version, name, key, id))
      : [7, null, {}, [key], true].map((odd) => forged(version, name, odd, 'TKT-1'));
    for (const cursor of cursors) await expect(list(`after: "${cursor}"`)).rejects.toThrow('BAD_USER_INPUT');
  });

  it.each(['', '1.5', '-1e3', '99999999999999999999', '0x10', 'NaN', ' 37000'])(
    'a forged cursor of amounts with the key %j',
    async (key) => {
      const args = 'orderBy: {field: TOTAL_AMOUNT}';
      const { end } = await list(`first: 1, ${args}`);
      const [version, name] = JSON.parse(Buffer.from(end ?? '', 'base64url').toString());
      const cursor = forged(version, name, key, 'TKT-1');
      await expect(list(`after: "${cursor}", ${args}`)).rejects.toThrow('BAD_USER_INPUT');
    },
  );

  it("another user's cursor returns only own tickets", async () => {
    const { end } = await list('first: 2');
    expect((await list(`after: "${end}"`, 'user-ravi')).ids).toEqual([]);
    expect((await list(`last: 9, before: "${end}"`, 'user-ravi')).ids).toEqual(['ravi']);
  });
});

describe('the columns of a page', () => {
  const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
  const fieldsOf = (name: string) => Object.values((schema.getType(name) as GraphQLObjectType).getFields());
  const asked = fieldsOf('Ticket').map(({ name, type }) => {
    const { name: typeName } = getNamedType(type);
    if (isLeafType(schema.getType(typeName))) return name;
    const leaves = fieldsOf(typeName).filter((field) => isLeafType(getNamedType(field.type)));
    return `${name} { ${leaves.map((field) => field.name).join(' ') || '__typename'} }`;
  });

  it.each(asked)('suffice for %s alone', async (field) => {
    const [alone, ...single] = await Promise.all([
      api.send(`{ myTickets(first: 2) { nodes { ${field} } } }`),
      ...['TKT-t5', 'TKT-t4'].map((id) => api.send(`{ ticket(id: "${id}") { id ${field} } }`)),
    ]);
    expect(alone.errors).toBeUndefined();
    const expected = single.map(({ data: { ticket } }) => {
      const { id, ...others } = ticket;
      return field === 'id' ? { id } : others;
    });
    // A calendar file names the second in which it was written.
    const timeless = (answer: unknown) => JSON.stringify(answer).replace(/(DTSTAMP|SEQUENCE):\w+/g, '$1');
    expect(timeless(alone.data.myTickets.nodes)).toEqual(timeless(expected));
  });
});
