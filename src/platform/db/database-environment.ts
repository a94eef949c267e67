import type postgres from 'postgres';
import { commandLine } from '../text/command-line.ts';
import { DatabaseRefusedError } from './database-refused.error.ts';
import type { ENVIRONMENTS } from './tables/index.ts';

/**
 * The environment that a database belongs to. It is recorded there, so a start for the other environment is refused.
 */
export type DatabaseEnvironment = (typeof ENVIRONMENTS)[number];

/** The first demo person, who exists in no production database. */
export const DEMO_PERSON = { id: 'user-asha', email: 'asha.rao@example.in' };
export const DEMO_PEOPLE = [DEMO_PERSON.id, 'user-kabir', 'user-meera', 'user-travel-desk'];

const MIXED =
  'This database holds demo people beside others, so Usher cannot tell what it is for. Nothing was changed. ' +
  `Say it: ${commandLine('db:environment', 'environment', 'production')} (or development)`;

interface FoundEnvironment {
  environment: DatabaseEnvironment;
  /** False if it is not recorded but guessed from the rows. */
  isWritten: boolean;
}

/**
 * Checks that a database belongs to an environment.
 *
 * @throws DatabaseRefusedError if it belongs to the other one
 * @returns whether the environment is recorded; false for a new database and for one judged by its rows
 */
export async function checkEnvironment(
  client: Pick<postgres.Sql, 'unsafe'>,
  environment: DatabaseEnvironment,
): Promise<boolean> {
  const found = await findEnvironment(client);
  if (found === null) return false;
  if (found.environment === environment) return found.isWritten;
  throw new DatabaseRefusedError(
    `${found.isWritten ? SAYS[found.environment] : HOLDS[found.environment]} ${ADVICE[found.environment]}`,
  );
}

/** Messages by the environment of the database, not of the process. */
const SAYS: Record<DatabaseEnvironment, string> = {
  production: 'This is a production database, but NODE_ENV is not production. Nothing was changed.',
  development: 'This is a development database, but NODE_ENV is production. Nothing was changed.',
};
const HOLDS: Record<DatabaseEnvironment, string> = {
  production:
    'This database holds rows but no demo data, and NODE_ENV is not production. Nothing was changed.',
  development: 'This database holds demo data, but NODE_ENV is production. Nothing was changed.',
};
const ADVICE: Record<DatabaseEnvironment, string> = {
  production: `For production set NODE_ENV=production. If it is a copy for development: ${commandLine('db:environment', 'environment', 'development')}`,
  development: `It was first used without NODE_ENV=production. If it is meant for production: ${commandLine('db:environment', 'environment', 'production')}`,
};

/** The environment of a database; null for a new one, whose first start decides. */
export async function findEnvironment(
  client: Pick<postgres.Sql, 'unsafe'>,
): Promise<FoundEnvironment | null> {
  return (await readEnvironment(client)) ?? (await guessEnvironment(client));
}

async function readEnvironment(client: Pick<postgres.Sql, 'unsafe'>): Promise<FoundEnvironment | null> {
  if (!(await hasTable(client, 'database_environment'))) return null;
  const [row] = await client.unsafe<{ environment: DatabaseEnvironment }[]>(
    'select environment from database_environment',
  );
  return row ? { environment: row.environment, isWritten: true } : null;
}

/** Judges a database that is older than the record by its users: any who are neither demo nor seeded are customers. */
async function guessEnvironment(client: Pick<postgres.Sql, 'unsafe'>): Promise<FoundEnvironment | null> {
  if (!(await hasTable(client, 'tickets'))) return null;
  const isInvented = `id in ('${DEMO_PEOPLE.join("', '")}') or id like 'user-seed-%'`;
  const [row] = await client.unsafe<{ isUsed: boolean; hasDemo: boolean; hasOthers: boolean }[]>(`
    select exists (select from users) or exists (select from cities) as "isUsed",
      exists (select from users where id = '${DEMO_PERSON.id}' and email = '${DEMO_PERSON.email}') as "hasDemo",
      exists (select from users where not (${isInvented})) as "hasOthers"`);
  if (!row?.isUsed) return null;
  if (row.hasDemo && row.hasOthers) throw new DatabaseRefusedError(MIXED);
  return { environment: row.hasDemo ? 'development' : 'production', isWritten: false };
}

async function hasTable(client: Pick<postgres.Sql, 'unsafe'>, name: string): Promise<boolean> {
  const [row] = await client.unsafe<{ there: boolean }[]>(
    `select to_regclass('public.${name}') is not null as there`,
  );
  return row?.there ?? false;
}
