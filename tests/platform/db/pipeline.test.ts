import { sql } from 'drizzle-orm';
import type { Sql } from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Transaction } from '../../../src/platform/db/database.ts';
import { pipeline, pipelineAndCommit } from '../../../src/platform/db/pipeline.ts';
import { databaseCode } from '../../../src/platform/errors/database-fault.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.db.execute(sql`create table written (what text)`);
});
afterEach(() => database.db.execute(sql`truncate written`));
afterAll(() => database.close());

async function write(tx: Transaction, what: string): Promise<void> {
  await tx.execute(sql`insert into written (what) values (${what})`);
}

const fail = (tx: Transaction) => tx.execute(sql`select 1 / ${0}::int`);
const written = async (on: Transaction | typeof database.db = database.db) =>
  (await on.execute(sql`select what from written order by 1`)).length;
const endOf = (work: (tx: Transaction) => Promise<unknown>) =>
  database.db.transaction(work).then(() => 'done', databaseCode);

const DIVISION_BY_ZERO = '22012';

/** It does not fail; it only finishes late. */
async function slow(tx: Transaction): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 100));
  await write(tx, 'late');
}

describe('pipeline', () => {
  it('runs all parts', async () => {
    expect(await endOf((tx) => pipeline([write(tx, 'a'), write(tx, 'b').then(() => write(tx, 'c'))]))).toBe(
      'done',
    );
    expect(await written()).toBe(3);
  });

  it('waits for all parts when one of them fails', async () => {
    let isOver = false;
    const late = (tx: Transaction) =>
      slow(tx).finally(() => {
        isOver = true;
      });
    expect(await endOf((tx) => pipeline([write(tx, 'first'), fail(tx), late(tx)]))).toBe(DIVISION_BY_ZERO);
    expect(isOver).toBe(true);
    expect(await written()).toBe(0);
  });

  it('throws the first error, not its consequences', async () => {
    expect(await endOf((tx) => pipeline([slow(tx), fail(tx)]))).toBe(DIVISION_BY_ZERO);
  });
});

describe('pipelineAndCommit', () => {
  it('runs all parts in the order in which they were sent', async () => {
    const both = (tx: Transaction) => pipelineAndCommit(tx, [write(tx, 'a'), written(tx)]);
    expect(await database.db.transaction(both)).toEqual([undefined, 1]);
    expect(await written()).toBe(1);
  });

  it('commits nothing when the database refuses a statement', async () => {
    const end = await endOf((tx) => pipelineAndCommit(tx, [write(tx, 'a'), fail(tx), write(tx, 'b')]));
    expect(end).toBe(DIVISION_BY_ZERO);
    expect(await written()).toBe(0);
  });

  it('commits nothing when a part fails before it sends', async () => {
    const wrong = async (): Promise<never> => {
      await null;
      throw new Error('wrong');
    };
    const end = database.db.transaction((tx) => pipelineAndCommit(tx, [write(tx, 'a'), wrong()]));
    await expect(end).rejects.toThrow('wrong');
    expect(await written()).toBe(0);
  });

  it('commits nothing when the COMMIT fails', async () => {
    await database.db.execute(sql`create table once (what text unique deferrable initially deferred)`);
    const put = (tx: Transaction) => tx.execute(sql`insert into once (what) values (${'x'})`);
    expect(await endOf((tx) => pipelineAndCommit(tx, [put(tx), write(tx, 'a'), put(tx)]))).toBe('23505');
    expect(await written()).toBe(0);
  });

  it('commits nothing when a prepared statement is lost, which the driver retries elsewhere', async () => {
    await database.db.execute(sql`create table changing (what int)`);
    const put = (tx: Transaction) =>
      tx.execute(sql`insert into changing (what) values (${1}) returning what`);
    // On every connection of the pool.
    const putAll = () =>
      Promise.all(
        Array.from({ length: 10 }, () => endOf((tx) => pipelineAndCommit(tx, [write(tx, 'a'), put(tx)]))),
      );
    expect(new Set(await putAll())).toEqual(new Set(['done']));
    await database.db.execute(sql`truncate changing, written`);
    await database.db.execute(sql`alter table changing alter what type bigint`);
    const ends = await putAll();
    const failed = ends.filter((end) => end !== 'done');
    expect(failed.length).toBeGreaterThan(0);
    expect(new Set(failed)).toEqual(new Set(['0A000']));
    const [{ count } = { count: -1 }] = await database.db.execute<{ count: number }>(
      sql`select count(*)::int as count from changing`,
    );
    expect([count, await written()]).toEqual([10 - failed.length, 10 - failed.length]);
  });

  it('commits nothing when a value cannot be sent', async () => {
    const { client } = database.db._.session as unknown as { client: Sql };
    const isDone = client.begin(async (tx) => {
      const asked = [
        tx`insert into written (what) values ('a')`,
        // Drizzle has the driver take dates as texts.
        tx.unsafe('select $1::timestamptz', [new Date() as never]),
        tx`insert into written (what) values ('b')`,
      ];
      const on = { _: { session: { client: tx } } } as unknown as Transaction;
      await pipelineAndCommit(on, asked);
    });
    await expect(isDone).rejects.toThrow();
    expect(await written()).toBe(0);
  });

  it('rejects later statements', async () => {
    expect(
      await endOf(async (tx) => {
        await pipelineAndCommit(tx, [write(tx, 'a')]);
        await write(tx, 'b');
      }),
    ).toBe('TRANSACTION_ENDED');
    expect(await written()).toBe(1);
  });

  it('frees the connection', async () => {
    const each = Array.from({ length: 50 }, (_, n) =>
      endOf((tx) => pipelineAndCommit(tx, [write(tx, `${n}`), ...(n % 2 ? [fail(tx)] : [])])),
    );
    expect((await Promise.all(each)).filter((end) => end === 'done')).toHaveLength(25);
    expect(await written()).toBe(25);
  });
});
