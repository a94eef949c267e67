import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrateDatabase } from '../../src/platform/db/migrate.ts';
import { allowForRealProcesses } from '../support/patiently.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { runUsher } from '../support/usher-process.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';

/** A production database, and whoever forgot to say NODE_ENV=production. */

allowForRealProcesses();

let folder: string;
let database: TestDatabase;
beforeAll(async () => {
  folder = await temporaryFolder('usher-wrong-');
});
beforeEach(async () => {
  database = await createTestDatabase();
  await givenCatalogue(database.db);
  await givenTicket(database.db, { id: 'TKT-1', showStart: new Date(Date.now() + 48 * HOUR) });
  // A refund that waits for a worker.
  await database.db.execute(sql`
    insert into refunds (user_id, id, ticket_id, payment_id, original_amount, cancellation_fee, refund_amount, status,
      eta_min_business_days, eta_max_business_days, requested_at, next_attempt_at)
    values ('user-asha', 'refund-1', 'TKT-1', 'payment-TKT-1', 37000, 3700, 33300, 'PROCESSING', 3, 5, now(), now())`);
  await migrateDatabase(database.url, { environment: 'production' });
});
afterEach(() => database.close());

/** Every row of every table of ours. */
async function digest(): Promise<string> {
  const tables = await database.db.execute<{ name: string }>(sql`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname in ('public', 'drizzle', 'graphile_worker') order by 1`);
  const hash = createHash('sha256');
  for (const { name } of tables) {
    const rows = await database.db.execute(
      sql.raw(`select row_to_json(t)::text as row from ${name} t order by 1`),
    );
    hash.update(`${name} ${JSON.stringify(rows)}`);
  }
  return hash.digest('hex');
}

const run = (script: string, args: string[], environment: Record<string, string> = {}) =>
  runUsher(script, args, { DATABASE_URL: database.url, DATA_FOLDER: folder, PORT: '0', ...environment });

describe('without NODE_ENV=production, a production database is refused in one line, and nothing changes:', () => {
  it.each<[string, string, string[], Record<string, string>]>([
    ['a start', 'src/main.ts', [], {}],
    ['the start of an API', 'src/main.ts', [], { ROLE: 'api' }],
    ['the start of a worker', 'src/main.ts', [], { ROLE: 'worker' }],
    ['the start of a cluster', 'src/main.ts', [], { CLUSTER: '2' }],
    ['the refunds command', 'src/app/commands/refunds.ts', ['retry', 'refund-1'], {}],
    ['db:seed', 'src/app/commands/seed-database.ts', ['--tickets', '10'], {}],
    ['db:reset', 'src/app/commands/reset-database.ts', ['--yes'], {}],
    ['db:distribute', 'src/app/commands/distribute.ts', [], {}],
    ['migrate', 'src/app/commands/migrate.ts', [], {}],
  ])('%s', async (_what, script, args, environment) => {
    const before = await digest();
    const refused = run(script, args, environment);
    expect(await refused.exit).toBe(1);
    expect(refused.output()).toBe(
      'This is a production database, but NODE_ENV is not production. Nothing was changed. For production set ' +
        'NODE_ENV=production. If it is a copy for development: npm run -s db:environment -- development\n',
    );
    expect(await digest()).toBe(before);
  });
});

it('a command says what a database is for, and makes a copy of it one for development', async () => {
  const command = async (...args: string[]) => {
    const done = run('src/app/commands/environment.ts', args);
    return { code: await done.exit, output: done.output() };
  };
  const before = await digest();
  expect(await command()).toEqual({
    code: 0,
    output: expect.stringMatching(/^\S+ is a production database\.\n$/),
  });
  const asked = await command('development');
  expect(asked.code).toBe(1);
  expect(asked.output).toMatch(/^This would make \S+ a development database\..* -- development --yes\n$/);
  expect((await command('staging')).output).toMatch(/^Usage/);
  expect(await digest()).toBe(before);

  expect(await command('development', '--yes')).toMatchObject({ code: 0 });
  expect(await command()).toEqual({
    code: 0,
    output: expect.stringMatching(/^\S+ is a development database\.\n$/),
  });
  const usher = run('src/main.ts', [], { ROLE: 'api', WEB_CLIENT: 'false' });
  await usher.until('Ctrl-C stops it');
  usher.child.kill('SIGTERM');
  expect(await usher.exit).toBe(0);
});
