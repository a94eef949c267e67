import type postgres from 'postgres';
import { DatabaseRefusedError } from './database-refused.error.ts';

/** What a database role is for: the API, a worker, or both. */
export type RightsOf = 'api' | 'worker';

/** A privilege on a table or, with a column, on that column alone. */
interface Right {
  schema: string;
  table: string;
  privilege: 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';
  column?: string;
}

const rightsIn =
  (schema: string) =>
  (privilege: Right['privilege'], ...tables: string[]): Right[] =>
    tables.map((table) => ({ schema, table, privilege }));

const inPublic = rightsIn('public');
const inQueue = rightsIn('graphile_worker');

/** The queue's functions change these tables with the rights of their caller. */
const QUEUE_TABLES = ['_private_jobs', '_private_job_queues', '_private_tasks', '_private_known_crontabs'];

/** For the checks at every start: migrations and environment. */
const AT_EVERY_START: Right[] = [
  ...inPublic('SELECT', 'database_environment'),
  { schema: 'drizzle', table: '__drizzle_migrations', privilege: 'SELECT' },
  ...inQueue('SELECT', 'migrations'),
];

const CATALOGUE = ['cities', 'theaters', 'screens', 'movies', 'shows', 'cancellation_policies'];
const TICKETS = ['users', 'tickets', 'ticket_seats', 'ticket_events', 'payments', 'refunds', 'show_seats'];

/** Exactly the rights that the statements of each role need. */
const RIGHTS: Record<RightsOf, Right[]> = {
  api: [
    ...AT_EVERY_START,
    ...inPublic('SELECT', ...CATALOGUE, 'seats', ...TICKETS, 'cancellation_attempts', 'idempotency_keys'),
    ...inPublic('SELECT', 'webhook_events', 'notifications'),
    ...inPublic('INSERT', 'cancellation_attempts', 'idempotency_keys', 'refunds', 'ticket_events'),
    ...inPublic('INSERT', 'notifications', 'webhook_events'),
    ...inPublic('UPDATE', 'tickets', 'show_seats', 'payments', 'refunds', 'notifications'),
    // A lock on a row needs UPDATE on one of its columns.
    { schema: 'public', table: 'users', privilege: 'UPDATE', column: 'locale' },
    { schema: 'public', table: 'ticket_seats', privilege: 'UPDATE', column: 'cancelled_at' },
    { schema: 'public', table: 'ticket_seats', privilege: 'UPDATE', column: 'refund_id' },
    ...inQueue('SELECT', '_private_jobs', '_private_job_queues', '_private_tasks'),
    ...inQueue('INSERT', '_private_jobs', '_private_job_queues', '_private_tasks'),
    ...inQueue('UPDATE', '_private_jobs'),
  ],
  worker: [
    ...AT_EVERY_START,
    ...inPublic('SELECT', ...CATALOGUE, ...TICKETS, 'notifications', 'webhook_events'),
    ...inPublic('SELECT', 'cancellation_attempts', 'idempotency_keys'),
    ...inPublic('INSERT', 'ticket_events', 'notifications'),
    ...inPublic('UPDATE', 'tickets', 'show_seats', 'refunds', 'notifications'),
    { schema: 'public', table: 'shows', privilege: 'UPDATE', column: 'listed_start' },
    { schema: 'public', table: 'shows', privilege: 'UPDATE', column: 'listed_end' },
    ...inPublic('DELETE', 'cancellation_attempts', 'idempotency_keys', 'webhook_events'),
    ...inQueue('SELECT', 'jobs', ...QUEUE_TABLES),
    ...inQueue('INSERT', ...QUEUE_TABLES),
    ...inQueue('UPDATE', ...QUEUE_TABLES),
    ...inQueue('DELETE', ...QUEUE_TABLES),
  ],
};

/** Finds the rights that the connection's role lacks. A table under row-level security needs a policy too. */
const findMissing = (rights: readonly Right[]) => `
  with wanted as (select * from json_to_recordset('${JSON.stringify(rights)}') as w(schema text, "table" text, privilege text, "column" text)),
  known as (
    select wanted.*, pg_namespace.oid as schema_id, pg_class.oid as table_id
    from wanted left join pg_namespace on nspname = schema
      left join pg_class on relnamespace = pg_namespace.oid and relname = "table")
  select current_user as role, format('%s on %s.%s', privilege || coalesce(' (' || "column" || ')', ''), schema, "table") as "right"
  from known
  where table_id is null or not has_schema_privilege(schema_id, 'USAGE')
    or not case when "column" is null then has_table_privilege(table_id, privilege)
      else has_column_privilege(table_id, "column", privilege) end
  union
  select current_user, format('a row-level policy on %s.%s', schema, "table")
  from known
  where row_security_active(table_id) and not exists (
    select from pg_policy
    where polrelid = table_id and exists (
      select from unnest(polroles) as role where role = 0 or pg_has_role(role, 'USAGE')))
  order by 2`;

/**
 * Checks that the connection's role has the rights for some uses.
 *
 * @throws DatabaseRefusedError that names every missing right
 */
export async function checkRights(
  client: Pick<postgres.Sql, 'unsafe'>,
  uses: readonly RightsOf[],
): Promise<void> {
  const missing = await client.unsafe<{ role: string; right: string }[]>(
    findMissing(uses.flatMap((use) => RIGHTS[use])),
  );
  if (missing.length === 0) return;
  throw new DatabaseRefusedError(
    `The role ${missing[0]?.role} lacks ${missing.map(({ right }) => right).join(', ')}. ` +
      'As the owner of the tables, apply ops/grants.sql.',
  );
}

/** The text of ops/grants.sql: the same rights as idempotent GRANT statements. */
export function grantsFile(): string {
  const roles = { api: 'usher_api', worker: 'usher_worker' };
  const bothRoles = Object.values(roles).join(', ');
  const grants = Object.entries(roles).flatMap(([use, role]) => [
    '',
    ...tablesByPrivilege(RIGHTS[use as RightsOf]).map(
      ([privilege, tables]) => `GRANT ${privilege} ON\n  ${tables.join(',\n  ')}\n  TO ${role};`,
    ),
  ]);
  const policies = QUEUE_TABLES.flatMap((table) => [
    `DROP POLICY IF EXISTS usher ON graphile_worker.${table};`,
    `CREATE POLICY usher ON graphile_worker.${table} TO ${bothRoles} USING (true);`,
  ]);
  return [
    '-- The rights of two roles that own nothing: usher_api for ROLE=api, usher_worker for ROLE=worker.',
    '-- Make them once (CREATE ROLE usher_api LOGIN PASSWORD ...), then run this file as the owner of the tables, after',
    '-- every `migrate`: psql "$OWNER_URL" --set ON_ERROR_STOP=1 --single-transaction --file ops/grants.sql',
    '-- Written from src/platform/db/rights.ts by `npm run grants`.',
    '',
    `GRANT USAGE ON SCHEMA public, drizzle, graphile_worker TO ${bothRoles};`,
    ...grants,
    '',
    '-- graphile-worker puts its tables under row-level security: without a policy these roles would see no job.',
    ...policies,
    '',
  ].join('\n');
}

function tablesByPrivilege(rights: readonly Right[]): [privilege: string, tables: string[]][] {
  const tables = new Map<string, string[]>();
  for (const { schema, table, privilege, column } of rights) {
    const what = column ? `${privilege} (${column})` : privilege;
    tables.set(what, [...(tables.get(what) ?? []), `${schema}.${table}`]);
  }
  return [...tables];
}
