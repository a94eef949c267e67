import { getTableName } from 'drizzle-orm';
import type { Cluster, ForeignKey } from './cluster.ts';
import { DistributionError } from './distribution-error.ts';
import { EVERYWHERE, SPREAD_BY } from './table-places.ts';

/** What is left to do; nothing where all is done. */
export interface Distribution {
  /** In one transaction: all of it happens or nothing. */
  atOnce: Step[];
  /** Each by itself, and again as often as one likes. */
  afterwards: Step[];
}

export interface Step {
  says: string;
  sql: string;
}

/**
 * Compares where the tables are with where they belong.
 *
 * @param lockTimeoutMs how long a statement may wait for a lock; workers do not know it from the client
 * @throws DistributionError for a table that was distributed otherwise
 */
export function planDistribution(cluster: Cluster, lockTimeoutMs: number): Distribution {
  const spread = SPREAD_BY.flat().map(({ table, name }) => ({ table: getTableName(table), column: name }));
  const wanted = new Map<string, string | null>([
    ...EVERYWHERE.map((table): [string, null] => [getTableName(table), null]),
    ...spread.map(({ table, column }): [string, string] => [table, column]),
  ]);
  checkPlaces(cluster, wanted);
  const isLeft = (table: string) => wanted.has(table) && !cluster.placed.has(table);

  // A table that is spread cannot be referred to by one that is not, so these keys are away meanwhile.
  const isDistributed = new Set(spread.map(({ table }) => table));
  const keys = cluster.foreignKeys.filter(
    ({ table, references }) => isLeft(table) && isDistributed.has(references) && isDistributed.has(table),
  );
  return {
    atOnce: [
      ...keys.map(dropKey),
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
      `The table ${table} is distributed otherwise than Usher needs it. Undo that first: select undistribute_table('${table}')`,
    );
  }
}

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

/** The first table of a group begins it, the others follow that one. */
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
    // Citus passes it on to the workers, whose sessions know nothing of what a client sets for its own.
    sql: `alter role current_user in database ${database} set lock_timeout = ${milliseconds}`,
  };
}
