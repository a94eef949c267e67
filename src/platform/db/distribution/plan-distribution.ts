import { getTableName } from 'drizzle-orm';
import type { Cluster, ForeignKey } from './cluster.ts';
import { DistributionError } from './distribution-error.ts';
import { EVERYWHERE, SPREAD_BY } from './table-places.ts';

/** The steps that are left. */
export interface Distribution {
  /** In one transaction. */
  inTransaction: Step[];
  /** One by one; each can be repeated. */
  afterwards: Step[];
}

export interface Step {
  says: string;
  sql: string;
}

/**
 * Compares the placement of the tables with the one that Usher needs.
 *
 * @param lockTimeoutMs the lock time-out to set for the role, since Citus workers do not receive the client's settings
 * @throws DistributionError for a table that is distributed in another way
 */
export function planDistribution(cluster: Cluster, lockTimeoutMs: number): Distribution {
  const spread = SPREAD_BY.flat().map(({ table, name }) => ({ table: getTableName(table), column: name }));
  const wanted = new Map<string, string | null>([
    ...EVERYWHERE.map((table): [string, null] => [getTableName(table), null]),
    ...spread.map(({ table, column }): [string, string] => [table, column]),
  ]);
  checkPlaces(cluster, wanted);
  const isLeft = (table: string) => wanted.has(table) && !cluster.placed.has(table);

  // A local table cannot reference a distributed one, so these foreign keys are dropped and added again.
  const isDistributed = new Set(spread.map(({ table }) => table));
  const keys = cluster.foreignKeys.filter(
    ({ table, references }) => isLeft(table) && isDistributed.has(references) && isDistributed.has(table),
  );
  return {
    inTransaction: [
      ...keys.map(dropKey),
      ...(isLeft('tickets') ? [DROP_TRIGGER] : []),
      ...EVERYWHERE.map(getTableName).filter(isLeft).map(putEverywhere),
      ...SPREAD_BY.flatMap(spreadGroup).filter(({ table }) => isLeft(table)),
      ...keys.map(addKey),
    ].map(({ says, sql }) => ({ says, sql })),
    afterwards: [
      ...[...wanted.keys()].filter((table) => cluster.filled.has(table)).map(emptyLocalCopy),
      ...(cluster.hasLockTimeout ? [] : [setLockTimeout(cluster.database, lockTimeoutMs)]),
    ],
  };
}

function checkPlaces({ placed }: Cluster, wanted: ReadonlyMap<string, string | null>): void {
  for (const [table, column] of wanted) {
    const place = placed.get(table);
    if (place === undefined || (place !== 'other' && place.column === column)) continue;
    throw new DistributionError(
      `The table ${table} is distributed in another way than Usher needs. Undo that first: select undistribute_table('${table}')`,
    );
  }
}

/** Citus allows no trigger on a distributed table: there the writers fill the copies (docs/writers.md). */
const DROP_TRIGGER: Step = {
  says: "tickets: the trigger that copies the show's times goes",
  sql: 'drop trigger if exists tickets_fill_list_copies on tickets',
};

function dropKey({ name, table }: ForeignKey): Step {
  return {
    says: `${table}: the foreign key ${name} goes for the moment`,
    sql: `alter table ${table} drop constraint ${name}`,
  };
}

function addKey({ name, table, definition }: ForeignKey): Step {
  return {
    says: `${table}: the foreign key ${name} is back`,
    sql: `alter table ${table} add constraint ${name} ${definition}`,
  };
}

function putEverywhere(table: string): Step {
  return { says: `${table}: on every machine`, sql: `select create_reference_table('${table}')` };
}

/** The tables of a group are colocated with its first one. */
function spreadGroup(columns: (typeof SPREAD_BY)[number]): (Step & { table: string })[] {
  const [first] = columns;
  return columns.map((column) => {
    const table = getTableName(column.table);
    const group = first === undefined || column === first ? 'none' : getTableName(first.table);
    return {
      table,
      says: `${table}: by ${column.name}`,
      sql: `select create_distributed_table('${table}', '${column.name}', colocate_with => '${group}')`,
    };
  });
}

function emptyLocalCopy(table: string): Step {
  return {
    says: `${table}: the coordinator's old copy goes`,
    sql: `select truncate_local_data_after_distributing_table('${table}')`,
  };
}

function setLockTimeout(database: string, milliseconds: number): Step {
  return {
    says: `the role waits at most ${milliseconds} ms for a lock, on the workers too`,
    // Citus passes it on to the workers, whose sessions do not receive the client's settings.
    sql: `alter role current_user in database ${database} set lock_timeout = ${milliseconds}`,
  };
}
