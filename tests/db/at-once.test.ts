import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { atOnce } from '../../src/db/at-once.ts';
import type { Transaction } from '../../src/db/database.ts';
import { databaseCode } from '../../src/errors/database-fault.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.db.execute(sql`create table written (what text)`);
});
afterEach(() => database.db.execute(sql`truncate written`));
afterAll(() => database.close());

const write = (tx: Transaction, what: string) => tx.execute(sql`insert into written (what) values (${what})`);
const fail = (tx: Transaction) => tx.execute(sql`select 1 / ${0}::int`);
const written = async () => (await database.db.execute(sql`select what from written order by 1`)).length;
const endOf = (work: (tx: Transaction) => Promise<unknown>) =>
  database.db.transaction(work).then(() => 'done', databaseCode);

const DIVISION_BY_ZERO = '22012';

/** It does not fail by itself: it only comes late. */
async function slow(tx: Transaction): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 100));
  await write(tx, 'late');
}

describe('parts of a transaction that are done at once', () => {
  it('are all done', async () => {
    expect(await endOf((tx) => atOnce([write(tx, 'a'), write(tx, 'b').then(() => write(tx, 'c'))]))).toBe(
      'done',
    );
    expect(await written()).toBe(3);
  });

  it('are all over when the transaction ends because of one of them', async () => {
    let isOver = false;
    const late = (tx: Transaction) =>
      slow(tx).finally(() => {
        isOver = true;
      });
    expect(await endOf((tx) => atOnce([write(tx, 'first'), fail(tx), late(tx)]))).toBe(DIVISION_BY_ZERO);
    expect(isOver).toBe(true);
    expect(await written()).toBe(0);
  });

  it('fail with what went wrong, not with its consequences', async () => {
    expect(await endOf((tx) => atOnce([slow(tx), fail(tx)]))).toBe(DIVISION_BY_ZERO);
  });
});
