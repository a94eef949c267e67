import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getTableName } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { afterAll, afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { loadDemoData } from '../../src/dev/demo/load-demo-data.ts';
import { EVERYWHERE, SPREAD_BY } from '../../src/platform/db/distribution/table-places.ts';
import { migrateDatabase } from '../../src/platform/db/migrate.ts';
import { tableDigests } from '../dev/demo/table-digests.ts';
import { prepareCitusDatabase } from '../support/citus-database.ts';
import { brokenInvariants } from '../support/invariants.ts';
import { readPlacement } from '../support/read-placement.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { runUsher } from '../support/usher-process.ts';

/** Only with `npm run test:citus`: distributing the schema, and migrating it afterwards. */

const citusUrl = inject('citusUrl');

const SPREAD = SPREAD_BY.flat().map(({ table, name }) => [getTableName(table), name]);
const IN_PLACE = [...SPREAD, ...EVERYWHERE.map((table) => [getTableName(table), null])].sort();

describe.skipIf(citusUrl === undefined)('the schema on a Citus cluster (npm run test:citus)', () => {
  let api: TestApi;
  let coordinator: postgres.Sql;
  beforeEach(async () => {
    api = await startTestApi();
    coordinator = postgres(api.database.url, { max: 1, onnotice: () => {} });
  }, 60_000);
  afterEach(async () => {
    await coordinator.end();
    await api.close();
  });
  afterAll(() => prepareCitusDatabase(citusUrl ?? ''));

  /** Returns our distributed and reference tables, with their distribution columns. */
  async function places(): Promise<unknown[]> {
    const rows = await coordinator<{ table: string; column: string | null }[]>`
      select relname as table, case when partmethod = 'h' then column_to_column_name(logicalrelid, partkey::text) end as column
      from pg_dist_partition join pg_class on pg_class.oid = logicalrelid
      where relnamespace = 'public'::regnamespace and (partmethod = 'h' or repmodel = 't')`;
    return rows.map(({ table, column }) => [table, column]).sort();
  }

  /** Returns the constraints and indexes of our tables. */
  async function rules(): Promise<unknown[]> {
    return [
      ...(await coordinator`
        select conrelid::regclass::text as table, conname, pg_get_constraintdef(oid) as rule from pg_constraint
        where connamespace = 'public'::regnamespace and conrelid <> 0 and not relation_is_a_known_shard(conrelid)
        order by 1, 2`),
      ...(await coordinator`
        select pg_get_indexdef(indexrelid) as rule from pg_index join pg_class on pg_class.oid = indrelid
        where relnamespace = 'public'::regnamespace and not relation_is_a_known_shard(indrelid) order by 1`),
    ];
  }

  /** Converts the tables back to local tables of the coordinator, with their rows. */
  async function gather(): Promise<void> {
    for (const table of [
      'users',
      'idempotency_keys',
      'cancellation_attempts',
      'webhook_events',
      'show_seats',
      'cities',
    ]) {
      const [there] = await coordinator`
        select from pg_dist_partition where logicalrelid = ${table}::regclass and (partmethod = 'h' or repmodel = 't')`;
      if (there) await coordinator`select undistribute_table(${table}, cascade_via_foreign_keys => true)`;
    }
    expect(await places()).toEqual([]);
  }

  async function distribute(...args: string[]) {
    const run = runUsher('src/app/commands/distribute.ts', args, { DATABASE_URL: api.database.url });
    return { run, result: run.exit.then((code) => ({ code, output: run.output() })) };
  }

  describe('npm run db:distribute', () => {
    it('distributes every table with its rows and constraints, and does nothing the second time', async () => {
      const { db } = api.database;
      await loadDemoData(db, new Date());
      const [rows, constraints] = [await tableDigests(db), await rules()];
      await gather();

      const dry = await (await distribute('--dry-run')).result;
      expect(dry.code).toBe(0);
      expect(dry.output).toMatch(/^begin;\nset local citus\.multi_shard_modify_mode = 'sequential';\n/);
      expect(dry.output).toContain(
        "select create_distributed_table('tickets', 'user_id', colocate_with => 'users');\n",
      );
      expect(await places()).toEqual([]);

      const done = await (await distribute()).result;
      expect(done).toMatchObject({ code: 0, output: expect.stringMatching(/^tickets: by user_id$/m) });
      expect(await places()).toEqual(IN_PLACE);
      expect(await tableDigests(db)).toEqual(rows);
      expect(await rules()).toEqual(constraints);
      expect(await brokenInvariants(db)).toEqual([]);

      expect(await (await distribute()).result).toEqual({
        code: 0,
        output: 'Every table is in its place already: nothing was changed.\n',
      });
      expect((await (await distribute('--dry-run')).result).output).toMatch(/nothing to do/);
    }, 120_000);

    it('that is interrupted changes nothing, and the next run does everything', async () => {
      const { db } = api.database;
      await loadDemoData(db, new Date());
      const rows = await tableDigests(db);
      await gather();
      const { run, result } = await distribute();
      await run.until('tickets: by user_id');
      run.child.kill('SIGKILL');
      await result;
      await expect.poll(places).toEqual([]);
      expect(await tableDigests(db)).toEqual(rows);

      expect(await (await distribute()).result).toMatchObject({ code: 0 });
      expect(await places()).toEqual(IN_PLACE);
      expect(await tableDigests(db)).toEqual(rows);
    }, 120_000);

    it('leads to the coordinator', async () => {
      const [worker] =
        await coordinator`select node_name as host, node_port as port from citus_get_active_worker_nodes()`;
      const url = Object.assign(new URL(api.database.url), { hostname: worker?.host, port: worker?.port });
      const run = runUsher('src/app/commands/distribute.ts', [], { DATABASE_URL: url.href });
      expect(await run.exit).toBe(1);
      expect(run.output()).toContain('has to lead to the coordinator');
    });

    it('sets the lock time-out of the role on the workers too', async () => {
      const shown = await coordinator`select result from run_command_on_workers('show lock_timeout')`;
      expect(shown.map(({ result }) => result)).toEqual(shown.map(() => '3s'));
    });
  });

  it('applies several missed migrations together', async () => {
    const indexes = ['ticket_seats_by_label', 'shows_as_listed', 'tickets_as_listed'];
    for (const index of indexes) await coordinator.unsafe(`drop index ${index}`);
    await coordinator`delete from drizzle.__drizzle_migrations where created_at in (
      select created_at from drizzle.__drizzle_migrations order by created_at desc limit 2)`;
    await migrateDatabase(api.database.url);
    const made = await coordinator`select from pg_indexes where indexname = any(${indexes})`;
    expect(made).toHaveLength(indexes.length);
  });

  it('applies later migrations: columns, indexes, checks, values, and a new distributed table', async () => {
    const folder = await temporaryFolder('usher-migrations-');
    await cp('src/platform/db/migrations', folder, { recursive: true });
    const journalFile = join(folder, 'meta/_journal.json');
    const journal = JSON.parse(await readFile(journalFile, 'utf8'));
    const when = Date.now();
    journal.entries.push({
      idx: journal.entries.length,
      version: '7',
      when,
      tag: '9999_later',
      breakpoints: true,
    });
    await writeFile(journalFile, JSON.stringify(journal));
    await writeFile(join(folder, '9999_later.sql'), LATER.join('--> statement-breakpoint\n'));
    try {
      await migrate(drizzle(coordinator), { migrationsFolder: folder });
      await loadDemoData(api.database.db, new Date());
      await coordinator`insert into ratings select user_id, id, 5 from tickets where user_id = 'user-asha'`;
      const [row] = await coordinator`
        select count(*)::int as count from ratings join tickets using (user_id) where mood = 'FINE' and ticket_id = tickets.id`;
      expect(row?.count).toBeGreaterThan(0);
      expect(await places()).toContainEqual(['ratings', 'user_id']);
      await expect(coordinator`insert into ratings values ('user-asha', 'TKT-NONE', 5)`).rejects.toThrow(
        /foreign key/,
      );
    } finally {
      await coordinator.unsafe('drop table if exists ratings');
      await coordinator.unsafe('alter table tickets drop column if exists mood, drop column if exists note');
      await coordinator.unsafe('drop type if exists mood');
      await coordinator`delete from drizzle.__drizzle_migrations where created_at = ${when}`;
    }
  });
});

/** The changes that docs/decisions/019 allows. */
const LATER = [
  `CREATE TYPE "mood" AS ENUM('FINE', 'BAD');`,
  `ALTER TYPE "mood" ADD VALUE 'WORSE';`,
  `ALTER TABLE "tickets" ADD COLUMN "mood" "mood" DEFAULT 'FINE' NOT NULL;`,
  `ALTER TABLE "tickets" ADD COLUMN "note" text;`,
  `CREATE INDEX IF NOT EXISTS "tickets_by_note" ON "tickets" USING btree ("user_id","note");`,
  `ALTER TABLE "tickets" ADD CONSTRAINT "tickets_note" CHECK (length("note") < 100);`,
  `CREATE TABLE "ratings" ("user_id" text collate "C" NOT NULL, "ticket_id" text collate "C" NOT NULL, "stars" integer NOT NULL,
    CONSTRAINT "ratings_pk" PRIMARY KEY("user_id","ticket_id"));`,
  await readPlacement(),
  `ALTER TABLE "ratings" ADD CONSTRAINT "ratings_ticket_fk" FOREIGN KEY ("user_id","ticket_id") REFERENCES "tickets"("user_id","id");`,
];
