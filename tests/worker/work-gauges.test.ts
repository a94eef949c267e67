import { sql } from 'drizzle-orm';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addWorkGauges } from '../../src/worker/work-gauges.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

it('counts no locked job as waiting, even if its worker is dead', async () => {
  const { db } = database;
  await db.execute(
    sql`select graphile_worker.add_job('send-refund', run_at => now() - interval '1 hour' * n)
      from generate_series(1, 3) as n`,
  );
  // The job of a killed worker, which stays locked for four hours.
  await db.execute(
    sql`update graphile_worker._private_jobs set locked_at = now(), locked_by = 'killed'
      where run_at = (select min(run_at) from graphile_worker._private_jobs)`,
  );

  const registry = new Registry();
  addWorkGauges(registry, db);

  const metrics = await registry.metrics();
  expect(metrics).toContain('usher_waiting{what="jobs"} 2\n');
  const age = Number(/usher_waiting_oldest_seconds\{what="jobs"\} (\S+)/.exec(metrics)?.[1]);
  expect(Math.floor(age / 3_600)).toBe(2);
});
