import { databaseCode } from '../errors/database-fault.ts';
import type { Transaction } from './database.ts';

/** The error of every statement that follows a failed one in its transaction. */
const IN_FAILED_TRANSACTION = '25P02';

/**
 * Sends several parts of one transaction without waiting in between; the database runs their statements in the order in
 * which they were sent. Waits for every part, also when one fails: the transaction must not end while a part still has
 * statements to send.
 *
 * @returns the result of each part
 * @throws the error of the part that failed first
 */
export async function pipeline<Parts extends Promise<unknown>[]>(
  parts: [...Parts],
): Promise<{ [Index in keyof Parts]: Awaited<Parts[Index]> }> {
  const settled = await Promise.allSettled(parts);
  const reasons = settled.flatMap((part) => (part.status === 'rejected' ? [part.reason as unknown] : []));
  if (reasons.length > 0)
    throw reasons.find((reason) => databaseCode(reason) !== IN_FAILED_TRANSACTION) ?? reasons[0];
  const values = settled.map((part) => (part.status === 'fulfilled' ? part.value : undefined));
  return values as { [Index in keyof Parts]: Awaited<Parts[Index]> };
}

/**
 * Sends the last parts of a transaction and its COMMIT in one round trip. Each part must send its statements before it
 * waits for anything; nothing can be sent afterwards.
 *
 * When a part fails, nothing is committed: an error before the sending stops it here, and the server turns the COMMIT
 * of a failed transaction into a rollback. A result arrives too late to prevent the commit: the statement itself must
 * fail.
 */
export async function pipelineAndCommit<Parts extends Promise<unknown>[]>(
  tx: Transaction,
  parts: [...Parts],
): Promise<{ [Index in keyof Parts]: Awaited<Parts[Index]> }> {
  let isFailed = false;
  const begun = parts.map((part) => Promise.resolve(part)) as [...Parts];
  for (const part of begun)
    part.catch(() => {
      isFailed = true;
    });
  await allSent();
  if (isFailed) return pipeline(begun);
  const { client } = tx._.session as unknown as { client: { commit(): Promise<unknown> } };
  const [values] = await pipeline([pipeline(begun), client.commit()]);
  return values;
}

/** Resolves once every part has issued its queries; the driver writes them only after that. */
function allSent(): Promise<void> {
  return new Promise((resolve) => queueMicrotask(() => process.nextTick(resolve)));
}
