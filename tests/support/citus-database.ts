import { readFile } from 'node:fs/promises';
import { getTableName } from 'drizzle-orm';
import postgres from 'postgres';
import { distributeDatabase } from '../../src/platform/db/distribution/distribute.ts';
import { EVERYWHERE, SPREAD_BY } from '../../src/platform/db/distribution/table-places.ts';
import { migrateDatabase } from '../../src/platform/db/migrate.ts';

/** The database of the suite on Citus, which cannot clone databases: all tests share one, emptied before each. */

const POLICIES = 'src/platform/db/migrations/0001_policies.sql';

const TABLES = [
  ...EVERYWHERE.map(getTableName),
  ...SPREAD_BY.flat().map(({ table }) => getTableName(table)),
  ...['jobs', 'job_queues', 'tasks', 'known_crontabs'].map((table) => `graphile_worker._private_${table}`),
];

/** Milliseconds until a closed connection must have disappeared. */
const PATIENCE_MS = 5_000;

/** Returns the remaining connections, except those between the nodes of the cluster. */
const OTHERS = `
  select pid, application_name, query from pg_stat_activity
  where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
    and application_name not like 'citus%'`;

/** Objects that tests created and did not remove. */
const STRANGERS = `
  select format('drop %s %s cascade', case relkind when 'v' then 'view' else 'table' end, oid::regclass) as drop
  from pg_class
  where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')
    and not exists (select from pg_depend where objid = pg_class.oid and deptype = 'e')
    and relname <> all ($1)`;

let isTaken = false;

/**
 * Migrates and distributes the test database for this version of Usher.
 *
 * @throws if its name does not contain "test", because it will be emptied
 */
export async function prepareCitusDatabase(url: string): Promise<void> {
  if (!/test/.test(new URL(url).pathname))
    throw new Error('The suite empties the database of CITUS_URL: its name must have "test" in it.');
  await migrateDatabase(url);
  await distributeDatabase(url, () => {});
  await administer(url, async (admin) => {
    // Tests create triggers to make statements fail. Usher has none.
    await admin.unsafe(
      "do $$ begin execute format('alter database %I set citus.enable_unsafe_triggers = on', current_database()); end $$",
    );
  });
}

/** Empties all tables except the policies. */
export async function takeCitusDatabase(url: string): Promise<void> {
  if (isTaken) throw new Error('On Citus a test cannot have two databases at once.');
  const policies = await readFile(POLICIES, 'utf8');
  await administer(url, async (admin) => {
    // Prepared transactions of lost connections keep their locks until this. Citus does it once a minute itself.
    await admin`select recover_prepared_transactions()`;
    for (const { drop } of await admin.unsafe(STRANGERS, [TABLES])) await admin.unsafe(drop);
    await admin.begin(async (tx) => {
      // Sessions of the previous test may need a moment to end, also on the workers.
      await tx.unsafe("set local citus.propagate_set_commands = 'local'");
      await tx.unsafe("set local lock_timeout = '30s'");
      await tx.unsafe(`truncate ${TABLES.join(', ')}`);
      await tx.unsafe(policies);
    });
  });
  isTaken = true;
}

/** Releases the database. Throws if connections remain. */
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
