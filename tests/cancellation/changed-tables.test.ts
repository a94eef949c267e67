import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { brokenInvariants } from '../support/invariants.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';

/** A column changes its type while an API runs, so its prepared statements no longer fit. */

const USERS = Array.from({ length: 20 }, (_, n) => `user-${n}`);

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi({ cancelAttemptsPerHour: 100 });
  await givenCatalogue(api.database.db);
  for (const userId of USERS)
    for (const round of [1, 2])
      await givenTicket(api.database.db, {
        id: `TKT-${userId}-${round}`,
        userId,
        showStart: new Date(Date.now() + 6 * HOUR),
      });
});
afterEach(async () => {
  expect(await brokenInvariants(api.database.db)).toEqual([]);
  await api.close();
});

const cancelAll = (round: number) =>
  Promise.all(
    USERS.map(async (as) => {
      const { data, errors } = await api.send(
        `mutation { cancelTicket(id: "TKT-${as}-${round}") { __typename } }`,
        { as },
      );
      return errors?.[0]?.extensions.code ?? data.cancelTicket.__typename;
    }),
  );
const ALL = USERS.map(() => 'TicketCancelled');

it.each([
  ['a column that many statements of it return', 'alter table refunds alter refund_amount type numeric(18)'],
  [
    'columns of several tables',
    'alter table tickets alter total_amount type numeric(18); alter table payments alter amount type numeric(18)',
  ],
  ['a column that is written', 'alter table cancellation_attempts alter attempted_at type timestamptz(6)'],
  ['nothing, but its prepared statements are gone', 'select 1'],
])('every cancellation is made, once, when the type changes of %s', async (_words, change) => {
  expect(await cancelAll(1)).toEqual(ALL);
  for (const statement of change.split(';')) await api.database.db.execute(sql.raw(statement));
  if (change === 'select 1') {
    const forget = () => api.database.db.transaction((tx) => tx.execute(sql`deallocate all`));
    await Promise.all(Array.from({ length: 30 }, forget));
  }
  expect(await cancelAll(2)).toEqual(ALL);
  expect(api.logs).toEqual([]);
});
