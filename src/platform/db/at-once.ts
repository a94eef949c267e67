import { databaseCode } from '../errors/database-fault.ts';
import type { Transaction } from './database.ts';

/** What every statement is answered once another one of its transaction has failed. */
const IN_FAILED_TRANSACTION = '25P02';

/**
 * Does several things of one transaction at once, so that they wait for the database together; it runs their statements
 * one after the other, in the order in which they were sent. This waits for all of them also when one fails: the
 * transaction must not end while another has statements to send.
 *
 * @returns what each gives
 * @throws what went wrong first
 */
export async function atOnce<Parts extends Promise<unknown>[]>(
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
 * The last things of a transaction, as `atOnce` does them, and its COMMIT behind them: one wait for all. Each of them sends
 * what it has to send before it waits for anything; nothing can be sent later.
 *
 * When one fails, nothing is committed: here, before anything is sent; there, where the server makes the COMMIT of a failed
 * transaction a rollback. An answer that should prevent the commit comes too late: such a statement has to fail instead.
 */
export async function atOnceAndCommit<Parts extends Promise<unknown>[]>(
  tx: Transaction,
  parts: [...Parts],
): Promise<{ [Index in keyof Parts]: Awaited<Parts[Index]> }> {
  let isFailed = false;
  const begun = parts.map((part) => Promise.resolve(part)) as [...Parts];
  for (const part of begun)
    part.catch(() => {
      isFailed = true;
    });
  await allAsked();
  if (isFailed) return atOnce(begun);
  const { client } = tx._.session as unknown as { client: { commit(): Promise<unknown> } };
  const [values] = await atOnce([atOnce(begun), client.commit()]);
  return values;
}

/** Until whoever runs has gone as far as it gets without an answer; what they send is written only after that. */
function allAsked(): Promise<void> {
  return new Promise((resolve) => queueMicrotask(() => process.nextTick(resolve)));
}
