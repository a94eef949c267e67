import { readFile } from 'node:fs/promises';
import { getTableName } from 'drizzle-orm';
import postgres from 'postgres';
import { distributeDatabase } from '../../src/platform/db/distribution/distribute.ts';
import { EVERYWHERE, SPREAD_BY } from '../../src/platform/db/distribution/table-places.ts';
import { migrateDatabase } from '../../src/platform/db/migrate.ts';

/** The suite on Citus: a database cannot be cloned there, so that all tests have one, emptied before each. */

const POLICIES = 'src/platform/db/migrations/0001_policies.sql';

const TABLES = [
  ...EVERYWHERE.map(getTableName),
  ...SPREAD_BY.flat().map(({ table }) => getTableName(table)),
  ...['jobs', 'job_queues', 'tasks', 'known_crontabs'].map((table) => `graphile_worker._private_${table}`),
];

/** How long a connection may need to be gone after it was closed. Milliseconds. */
const PATIENCE_MS = 5_000;

/** Who is still connected, apart from the machines of the cluster. */
const OTHERS = `
  select pid, application_name, query from pg_stat_activity
  where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
    and application_name not like 'citus%'`;

/** What tests made for themselves and left there. */
const STRANGERS = `
  select format('drop %s %s cascade', case relkind when 'v' then 'view' else 'table' end, oid::regclass) as drop
  from pg_class
  where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')
    and not exists (select from pg_depend where objid = pg_class.oid and deptype = 'e')
    and relname <> all ($1)`;

let isTaken = false;

/**
 * Makes the database of the tests what the Usher of this version needs.
 *
 * @throws when its name has not "test" in it: it will be emptied
 */
export async function prepareCitusDatabase(url: string): Promise<void> {
  if (!/test/.test(new URL(url).pathname))
    throw new Error('The suite empties the database of CITUS_URL: its name must have "test" in it.');
  await migrateDatabase(url);
  await distributeDatabase(url, () => {});
  await administer(url, async (admin) => {
    // Tests have triggers that make a statement fail. Usher has none.
    await admin.unsafe(
      "do $$ begin execute format('alter database %I set citus.enable_unsafe_triggers = on', current_database()); end $$",
    );
  });
}

/** Empties the database, but for the policies. */
export async function takeCitusDatabase(url: string): Promise<void> {
  if (isTaken) throw new Error('On Citus a test cannot have two databases at once.');
  const policies = await readFile(POLICIES, 'utf8');
  await administer(url, async (admin) => {
    // What a connection lost in its commit has left prepared keeps its locks until this, which Citus does once a minute.
    await admin`select recover_prepared_transactions()`;
    for (const { drop } of await admin.unsafe(STRANGERS, [TABLES])) await admin.unsafe(drop);
    await admin.begin(async (tx) => {
      // What the test before has left running may need a moment; the workers are told, too.
      await tx.unsafe("set local citus.propagate_set_commands = 'local'");
      await tx.unsafe("set local lock_timeout = '30s'");
      await tx.unsafe(`truncate ${TABLES.join(', ')}`);
      await tx.unsafe(policies);
    });
  });
  isTaken = true;
}

/** Gives it back; fails when somebody still uses it. */
export async function releaseCitusDatabase(url: string): Promise<void> {
  isTaken = false;
  await administer(url, async (admin) => {
    const giveUpAt = Date.now() + PATIENCE_MS;
    for (;;) {
      const others = await admin.unsafe(OTHERS);
      if (others.length === 0) return;
      if (Date.now() > giveUpAt) throw new Error(`The database is still used by ${JSON.stringify(others)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
}

async function administer(url: string, work: (admin: postgres.Sql) => Promise<void>): Promise<void> {
  const admin = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}
