import { sql } from 'drizzle-orm';
import type { Transaction } from '../db/database.ts';

/** What is done after a commit, by name. */
interface JobPayloads {
  'send-refund': { userId: string; refundId: string };
}

/** Queues a job that becomes visible to workers with the transaction's commit, or never. */
export async function addJob<Name extends keyof JobPayloads>(
  tx: Transaction,
  name: Name,
  payload: JobPayloads[Name],
): Promise<void> {
  await tx.execute(sql`select graphile_worker.add_job(${name}, payload := ${JSON.stringify(payload)}::json)`);
}
