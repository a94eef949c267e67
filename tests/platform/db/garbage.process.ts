import { constants, PerformanceObserver } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { getHeapSpaceStatistics } from 'node:v8';
import { sql } from 'drizzle-orm';
import { openDatabase } from '../../../src/platform/db/database.ts';
import { inTransaction } from '../../../src/platform/db/in-transaction.ts';
import { sqlStatement } from '../../../src/platform/db/statement.ts';

// Prints how many bytes a pair of statements leaves in the old generation, and a pair in a transaction; and how often that was
// cleaned, which should be never: it would hide them.
const TIMES = 3_000;

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
  const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space');
  if (!space) throw new Error('V8 has no old_space any more');
  return space.space_used_size;
}

let cleanings = 0;
const isMajor = (entry: object) =>
  (entry as { detail: { kind: number } }).detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
new PerformanceObserver((list) => {
  cleanings += list.getEntries().filter(isMajor).length;
}).observe({ entryTypes: ['gc'] });

const left = { statements: await bytesLeftBy(statements), transaction: await bytesLeftBy(transaction) };
await setImmediate();
console.log(JSON.stringify({ ...left, cleanings }));
await close();
