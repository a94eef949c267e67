import { getTableName, is, sql } from 'drizzle-orm';
import { getTableConfig, type PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster, Place } from '../../../src/platform/db/distribution/cluster.ts';
import { planDistribution } from '../../../src/platform/db/distribution/plan-distribution.ts';
import { EVERYWHERE, SPREAD_BY } from '../../../src/platform/db/distribution/table-places.ts';
import * as tables from '../../../src/platform/db/tables/index.ts';
import { allowForRealProcesses } from '../../support/patiently.ts';
import { readPlacement } from '../../support/read-placement.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { runUsher } from '../../support/usher-process.ts';

allowForRealProcesses();

const ours = Object.values<unknown>(tables).filter((table) => is(table, PgTable));
const spread = SPREAD_BY.flat();

describe('the placement of the tables', () => {
  it('lists every table once', () => {
    const placed = [...EVERYWHERE, ...spread.map(({ table }) => table)].map(getTableName);
    expect(placed.sort()).toEqual(ours.map(getTableName).sort());
  });

  it('distributes by the first column of each key, which is in every unique constraint', () => {
    for (const column of spread) {
      const { name, primaryKeys, uniqueConstraints, columns, indexes } = getTableConfig(column.table);
      const [first] = primaryKeys[0]?.columns ?? columns.filter(({ primary }) => primary);
      // Messages have two unique indexes instead of a primary key.
      const unique = indexes.filter(({ config }) => config.unique && config.where === undefined);
      const firsts = first ? [first] : unique.map(({ config }) => config.columns[0] as PgColumn);
      expect(firsts.length, name).toBeGreaterThan(0);
      for (const one of firsts) expect(one.name, name).toBe(column.name);
      for (const { columns } of uniqueConstraints)
        expect(
          columns.map(({ name }) => name),
          name,
        ).toContain(column.name);
    }
  });

  it('allows every foreign key: to a reference table, or within a group by its column', () => {
    const groupOf = (table: PgTable) =>
      SPREAD_BY.findIndex((group) => group.some((one) => one.table === table));
    const columnOf = (table: PgTable) => spread.find((one) => one.table === table)?.name;
    for (const table of ours) {
      for (const key of getTableConfig(table).foreignKeys) {
        const { columns, foreignTable, foreignColumns } = key.reference();
        if (EVERYWHERE.includes(foreignTable)) continue;
        expect(groupOf(table), key.getName()).toBe(groupOf(foreignTable));
        const nth = columns.findIndex(({ name }) => name === columnOf(table));
        expect(foreignColumns[nth]?.name, key.getName()).toBe(columnOf(foreignTable));
      }
    }
  });
});

describe('the plan', () => {
  const ordinary: Cluster = {
    placed: new Map(),
    foreignKeys: [
      { name: 'a', table: 'payments', references: 'tickets', definition: 'FOREIGN KEY (a)' },
      { name: 'b', table: 'tickets', references: 'shows', definition: 'FOREIGN KEY (b)' },
    ],
    filled: new Set(['tickets', 'somebody_elses']),
    database: 'usher',
    hasLockTimeout: false,
  };
  const done: Cluster['placed'] = new Map<string, Place>([
    ...EVERYWHERE.map((table) => [getTableName(table), { column: null }] as [string, Place]),
    ...spread.map(({ table, name }) => [getTableName(table), { column: name }] as [string, Place]),
  ]);

  it('drops keys between distributed tables, places every table, and adds the keys again', () => {
    const { inTransaction, afterwards } = planDistribution(ordinary, 3_000);
    const steps = inTransaction.map(({ sql }) => sql);
    expect(steps).toHaveLength(ours.length + 3);
    expect(steps[0]).toBe('alter table payments drop constraint a');
    expect(steps[1]).toBe('drop trigger if exists tickets_fill_list_copies on tickets');
    expect(steps[2]).toBe("select create_reference_table('cities')");
    expect(steps).toContain(
      "select create_distributed_table('tickets', 'user_id', colocate_with => 'users')",
    );
    expect(steps).toContain(
      "select create_distributed_table('show_seats', 'show_id', colocate_with => 'none')",
    );
    expect(steps.at(-1)).toBe('alter table payments add constraint a FOREIGN KEY (a)');
    expect(afterwards.map(({ sql }) => sql)).toEqual([
      "select truncate_local_data_after_distributing_table('tickets')",
      'alter role current_user in database usher set lock_timeout = 3000',
    ]);
  });

  it('is empty when all is done', () => {
    const plan = planDistribution(
      { ...ordinary, placed: done, filled: new Set(), hasLockTimeout: true },
      3_000,
    );
    expect(plan).toEqual({ inTransaction: [], afterwards: [] });
  });

  it('has only the local copies that an interrupted run left', () => {
    const { inTransaction, afterwards } = planDistribution({ ...ordinary, placed: done }, 3_000);
    expect(inTransaction).toEqual([]);
    expect(afterwards).toHaveLength(2);
  });

  it('has only the new table of a later version, colocated with the others', () => {
    const placed = new Map(done);
    placed.delete('notifications');
    expect(planDistribution({ ...ordinary, placed }, 3_000).inTransaction).toEqual([
      {
        says: 'notifications: by user_id',
        sql: "select create_distributed_table('notifications', 'user_id', colocate_with => 'users')",
      },
    ]);
  });

  it.each([
    ['by another column', 'tickets', { column: 'id' }],
    ['everywhere', 'tickets', { column: null }],
    ['by a column instead of everywhere', 'shows', { column: 'id' }],
    ['in some other way', 'shows', 'other'],
  ] as const)('is refused where a table is distributed %s', (_words, table, place) => {
    const placed = new Map(done).set(table, place);
    expect(() => planDistribution({ ...ordinary, placed }, 3_000)).toThrow(`undistribute_table('${table}')`);
  });
});

describe('npm run db:distribute', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.close());

  async function distribute(...args: string[]) {
    const run = runUsher('src/app/commands/distribute.ts', args, { DATABASE_URL: database.url });
    return { code: await run.exit, output: run.output() };
  }

  it('explains itself', async () => {
    expect(await distribute('--help')).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^Usage: npm run db:distribute/),
    });
    expect(await distribute('--all')).toMatchObject({ code: 1, output: expect.stringMatching(/^Usage: /) });
  });

  it('places a new table by a migration that has no effect without Citus', async () => {
    const { db } = database;
    await db.execute(sql`create table ratings (user_id text collate "C" primary key)`);
    await db.execute(sql.raw(await readPlacement()));
    await db.execute(sql`drop table ratings`);
  });

  it('says that an ordinary PostgreSQL has no Citus', async () => {
    const expected = { code: 1, output: expect.stringMatching(/^This database has no Citus: .*\n$/) };
    expect(await distribute()).toEqual(expected);
    expect(await distribute('--dry-run')).toEqual(expected);
  });
});
