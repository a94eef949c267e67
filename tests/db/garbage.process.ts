import { getHeapSpaceStatistics } from 'node:v8';
import { sql } from 'drizzle-orm';
import { openDatabase } from '../../src/db/database.ts';
import { inTransaction } from '../../src/db/in-transaction.ts';
import { sqlStatement } from '../../src/db/statement.ts';

// Prints how many bytes a statement, and a transaction, leave in the old generation.
const TIMES = 5_000;

const { db, close } = openDatabase({ url: process.argv[2] ?? '', poolSize: 2 });
const ask = sqlStatement('ask', sql`select 1`);

async function statements(): Promise<void> {
  await ask(db);
  await ask(db);
}

async function transaction(): Promise<void> {
  await inTransaction(db, async (tx) => {
    await ask(tx);
    await ask(tx);
  });
}

async function run(work: () => Promise<void>): Promise<void> {
  for (let time = 0; time < TIMES; time += 1) await work();
}

async function bytesLeftBy(work: () => Promise<void>): Promise<number> {
  await run(work);
  const before = oldGeneration();
  await run(work);
  return (oldGeneration() - before) / TIMES;
}

function oldGeneration(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space')?.space_used_size ?? 0;
}

console.log(
  JSON.stringify({ statements: await bytesLeftBy(statements), transaction: await bytesLeftBy(transaction) }),
);
await close();
