import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/platform/db/database.ts';
import { createJobQueue, type NewJob } from '../../../src/platform/jobs/job-queue.ts';
import { connectOutsider } from '../../support/lock-waiters.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.db.execute(sql`delete from graphile_worker._private_jobs`);
  database.statements.length = 0;
});

const job = (n: number): NewJob => ({
  name: 'send-refund',
  payload: { userId: 'user-asha', refundId: `refund-${n}` },
});
const calls = () => database.statements.filter((text) => text.includes('add_jobs')).length;
const queued = async () => (await database.db.execute(sql`select from graphile_worker._private_jobs`)).length;

describe('the queue of jobs', () => {
  it('queues jobs that are added together in one call', async () => {
    const jobs = createJobQueue(database.db, pino({ level: 'silent' }));
    for (let n = 0; n < 50; n += 1) jobs.add([job(n), job(n + 50)]);
    await jobs.flush();
    expect([calls(), await queued()]).toEqual([1, 100]);
  });

  it('makes no call without jobs, and continues after a pause', async () => {
    const jobs = createJobQueue(database.db, pino({ level: 'silent' }));
    jobs.add([]);
    await jobs.flush();
    expect(calls()).toBe(0);
    for (const n of [1, 2]) {
      jobs.add([job(n)]);
      await jobs.flush();
    }
    expect([calls(), await queued()]).toEqual([2, 2]);
  });

  it('that waits for a lock keeps no read waiting', async () => {
    const outsider = connectOutsider(database.url);
    const { db, close } = openDatabase({ url: database.url, poolSize: 2 });
    const jobs = createJobQueue(db, pino({ level: 'silent' }));
    let isQueued = false;
    await outsider.sql.begin(async (tx) => {
      await tx`lock table graphile_worker._private_jobs in share mode`;
      jobs.add([job(1)]);
      void jobs.flush().then(() => {
        isQueued = true;
      });
      await outsider.untilWaiting(1);
      await Promise.all(Array.from({ length: 10 }, () => db.execute(sql`select 1`)));
      expect(isQueued).toBe(false);
    });
    await jobs.flush();
    expect(await queued()).toBe(1);
    await close();
    await outsider.close();
  });

  it('logs jobs that it cannot queue, which the sweeps do, and continues', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
    const nobodyThere = openDatabase({ url: 'postgres://usher@127.0.0.1:1/usher', poolSize: 2 });
    const jobs = createJobQueue(nobodyThere.db, log);
    jobs.add([job(1)]);
    await jobs.flush();
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({ jobs: 1, msg: expect.stringContaining('sweeps') });
    await nobodyThere.close();
  });
});
