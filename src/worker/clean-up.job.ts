import { lt, sql } from 'drizzle-orm';
import { cancellationAttempts, idempotencyKeys, webhookEvents } from '../db/tables/index.ts';
import { defineScheduledJob } from './define-job.ts';
import type { WorkerServices } from './worker-services.ts';

/** Removes what no decision looks at any more, every night at 03:30 Indian time. */
export const cleanUpJob = defineScheduledJob('clean-up', '0 22 * * *', cleanUp);

export async function cleanUp({ db, clock }: Pick<WorkerServices, 'db' | 'clock'>): Promise<void> {
  const before = (days: number) => sql`${clock.inTransaction} - make_interval(days => ${days})`;
  await db.delete(cancellationAttempts).where(lt(cancellationAttempts.attemptedAt, before(1)));
  await db.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, before(30)));
  await db.delete(webhookEvents).where(lt(webhookEvents.happenedAt, before(90)));
}
