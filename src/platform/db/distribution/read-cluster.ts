import type postgres from 'postgres';
import { findMissing } from '../migrate.ts';
import type { Cluster, ForeignKey, Place } from './cluster.ts';
import { DistributionError } from './distribution-error.ts';

/**
 * Reads the state of a coordinator without changing it.
 *
 * @throws DistributionError if the database is not a coordinator with workers and with our tables
 */
export async function readCluster(client: postgres.Sql): Promise<Cluster> {
  await checkCitus(client);
  if ((await findMissing(client)).length > 0)
    throw new DistributionError(
      "Usher's tables are not there, or not those of this version. Start this version on the coordinator once (it migrates), stop it, then distribute.",
    );
  return {
    placed: await readPlaces(client),
    foreignKeys: await readForeignKeys(client),
    filled: await readFilled(client),
    ...(await readRole(client)),
  };
}

async function checkCitus(client: postgres.Sql): Promise<void> {
  const [extension] = await client`select from pg_extension where extname = 'citus'`;
  if (!extension)
    throw new DistributionError(
      'This database has no Citus: on the coordinator and every worker, "create extension citus" in it first.',
    );
  const nodes = await client<{ groupId: number; isHere: boolean }[]>`
    select groupid as "groupId", groupid = (select groupid from pg_dist_local_group) as "isHere"
    from pg_dist_node where noderole = 'primary' and isactive`;
  if (nodes.some(({ groupId, isHere }) => isHere && groupId !== 0))
    throw new DistributionError('This is a worker: DATABASE_URL has to lead to the coordinator.');
  if (!nodes.some(({ groupId }) => groupId === 0))
    throw new DistributionError(
      "The coordinator does not know its own address: select citus_set_coordinator_host('its name', 5432)",
    );
  if (!nodes.some(({ groupId }) => groupId !== 0))
    throw new DistributionError(
      "The coordinator has no workers: select citus_add_node('a name', 5432) for each of them first.",
    );
}

async function readPlaces(client: postgres.Sql): Promise<Map<string, Place>> {
  const rows = await client<{ table: string; method: string; model: string; column: string | null }[]>`
    select relname as table, partmethod as method, repmodel as model,
      case when partmethod = 'h' then column_to_column_name(logicalrelid, partkey::text) end as column
    from pg_dist_partition join pg_class on pg_class.oid = logicalrelid
    where relnamespace = 'public'::regnamespace`;
  // Citus also lists local tables that reference others.
  const known = rows.filter(({ method, model }) => !(method === 'n' && model === 's'));
  return new Map(
    known.map(({ table, method, model, column }) => [
      table,
      method === 'h' || model === 't' ? { column } : 'other',
    ]),
  );
}

function readForeignKeys(client: postgres.Sql): Promise<ForeignKey[]> {
  return client<ForeignKey[]>`
    select conname as name, here.relname as table, there.relname as references,
      pg_get_constraintdef(pg_constraint.oid) as definition
    from pg_constraint join pg_class here on here.oid = conrelid join pg_class there on there.oid = confrelid
    where contype = 'f' and here.relnamespace = 'public'::regnamespace
      and conparentid = 0 order by here.relname, conname`;
}

async function readFilled(client: postgres.Sql): Promise<Set<string>> {
  const rows = await client<{ table: string }[]>`
    select relname as table from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r' and pg_relation_size(oid) > 0`;
  return new Set(rows.map(({ table }) => table));
}

async function readRole(client: postgres.Sql): Promise<Pick<Cluster, 'database' | 'hasLockTimeout'>> {
  const [row] = await client<{ database: string; hasLockTimeout: boolean }[]>`
    select quote_ident(current_database()) as database, exists (
      select from pg_db_role_setting
      where setrole = current_user::regrole
        and setdatabase in (0, (select oid from pg_database where datname = current_database()))
        and array_to_string(setconfig, ' ') ~ '\\mlock_timeout=') as "hasLockTimeout"`;
  if (!row) throw new Error('a SELECT without FROM returned no row');
  return row;
}
