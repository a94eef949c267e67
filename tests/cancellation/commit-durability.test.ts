import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';

let api: TestApi;
let sql: postgres.Sql;
beforeAll(async () => {
  api = await startTestApi();
  await givenCatalogue(api.database.db);
  await givenTicket(api.database.db, { id: 'TKT-1', showStart: new Date(Date.now() + 6 * HOUR) });
  sql = postgres(api.database.url, { max: 1, onnotice: () => {} });
});
afterAll(async () => {
  await sql.end();
  await api.close();
});

it('a cancellation is one transaction, whose commit waits for the disk', async () => {
  // The test server does not wait for the disk, so this database enables it. Triggers record the setting per commit.
  await sql.unsafe(`
    create table waits (what text, transaction xid8, synchronous_commit text);
    create function note_wait() returns trigger language plpgsql as $$ begin
      insert into waits values (tg_table_name, pg_current_xact_id(), current_setting('synchronous_commit'));
      return null;
    end $$;
    create constraint trigger note_wait after insert on cancellation_attempts initially deferred
      for each row execute function note_wait();
    create constraint trigger note_wait after insert on refunds initially deferred
      for each row execute function note_wait();
    do $$ begin execute format('alter database %I set synchronous_commit = on', current_database()); end $$`);
  const { data } = await api.send('mutation { cancelTicket(id: "TKT-1") { status } }');
  expect(data.cancelTicket.status).toBe('CANCELLED');
  expect(await sql`select what, synchronous_commit from waits order by what`).toEqual([
    { what: 'cancellation_attempts', synchronous_commit: 'on' },
    { what: 'refunds', synchronous_commit: 'on' },
  ]);
  expect(await sql`select distinct transaction from waits`).toHaveLength(1);
});
