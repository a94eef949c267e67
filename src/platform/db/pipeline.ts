import { databaseCode } from '../errors/database-fault.ts';
import type { Transaction } from './database.ts';

/** The error of every statement after a failed one in a transaction. */
const IN_FAILED_TRANSACTION = '25P02';

/**
 * Awaits parts of one transaction that were started together, so their statements are pipelined. The database runs them
 * in the order in which they were sent. Waits for every part even if one fails: the transaction must not end while a
 * part still has statements to send.
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
 * Sends the last parts of a transaction and its COMMIT in one round trip. Each part must issue its statements before it
 * awaits anything. No statement can follow.
 *
 * If a part fails, nothing is committed: an error before the sending prevents the COMMIT, and the server turns the
 * COMMIT of a failed transaction into a rollback. Code that checks a result cannot prevent the commit; the statement
 * must fail.
 *
 * @returns the result of each part
 * @throws the error of the part that failed first
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
