import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { screens, seats } from '../../src/platform/db/tables/index.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  const { db } = api.database;
  await givenCatalogue(db);
  for (let n = 0; n < 10; n += 1) {
    await givenTicket(db, {
      id: `TKT-${n}`,
      showStart: new Date(Date.now() + (n + 2) * HOUR),
      seatNumbers: ['2', '10'],
    });
  }
  // A seat of another hall, which must not be in the map.
  await db.insert(screens).values({ id: 'screen-2', theaterId: 'theater-pvr', name: 'Screen 2' });
  await db
    .insert(seats)
    .values({ id: 'seat-B1', screenId: 'screen-2', row: 'B', number: '1', seatType: 'PLATINUM' });
});
afterAll(() => api.close());

const MAP = 'show { id seatMap { id row number seatType } }';

async function statementsOf(query: string): Promise<string[]> {
  api.database.statements.length = 0;
  const { errors } = await api.send(query);
  expect(errors).toBeUndefined();
  return api.database.statements.filter((sql) => !sql.includes('pg_type'));
}

describe("a show's seat map", () => {
  it('has every seat of the hall, A2 before A10', async () => {
    const { data } = await api.send(`{ ticket(id: "TKT-1") { ${MAP} } }`);
    const { id, seatMap } = data.ticket.show;
    expect(seatMap).toHaveLength(20);
    expect(seatMap[9]).toEqual({ id: `${id}:seat-A10`, row: 'A', number: '10', seatType: 'GOLD' });
  });

  it("marks a ticket's seats by showSeatId", async () => {
    const { data } = await api.send(`{ ticket(id: "TKT-1") { seats { showSeatId } ${MAP} } }`);
    const own = new Set(data.ticket.seats.map(({ showSeatId }: { showSeatId: string }) => showSeatId));
    const marked = data.ticket.show.seatMap.filter(({ id }: { id: string }) => own.has(id));
    expect(marked.map(({ number }: { number: string }) => number)).toEqual(['2', '10']);
  });

  it('is available in lists and mutations, through fragments and aliases', async () => {
    const fragment = `fragment Hall on Ticket { screening: show { places: seatMap { id } } }`;
    const listed = await api.send(`{ myTickets(first: 2) { edges { node { ...Hall } } } } ${fragment}`);
    expect(listed.data.myTickets.edges[1].node.screening.places).toHaveLength(20);
    const cancelled = await api.send(
      `mutation { cancelTicket(id: "TKT-9") { ticket { ...Hall } } } ${fragment}`,
    );
    expect(cancelled.data.cancelTicket.ticket.screening.places).toHaveLength(20);
  });

  it('is read once for all tickets of a page, cached, and not read unless selected', async () => {
    const page = `{ myTickets(first: 10) { nodes { show { id theater { name } seatMap { id } } } } }`;
    const fresh = await startTestApi();
    await givenCatalogue(fresh.database.db);
    for (const n of [1, 2, 3])
      await givenTicket(fresh.database.db, { id: `TKT-${n}`, showStart: new Date(Date.now() + n * HOUR) });
    fresh.database.statements.length = 0;
    await fresh.send(page);
    const maps = fresh.database.statements.filter((sql) => sql.includes('left join "seats"'));
    await fresh.close();
    expect(maps).toHaveLength(1);
    await statementsOf(page);
    expect(await statementsOf(page)).toHaveLength(1);
    const without = await statementsOf('{ myTickets(first: 10) { nodes { show { id } } } }');
    expect(without.join()).not.toContain('left join "seats"');
  });

  it('is too expensive for long lists', async () => {
    const { errors } = await api.send(`{ myTickets(first: 100) { nodes { ${MAP} } } }`);
    expect(errors?.[0]?.message).toMatch(/costs/);
  });
});
