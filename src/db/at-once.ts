import { databaseCode } from '../errors/database-fault.ts';

/** What every statement is answered once another one of its transaction has failed. */
const IN_FAILED_TRANSACTION = '25P02';

/**
 * Does several things of one transaction at once, so that they wait for the database together. It waits for all of them
 * also when one fails: the transaction must not end while another has statements to send.
 *
 * @throws what went wrong first
 */
export async function atOnce(parts: Promise<unknown>[]): Promise<void> {
  const failures = (await Promise.allSettled(parts)).filter((part) => part.status === 'rejected');
  const reasons = failures.map(({ reason }): unknown => reason);
  if (reasons.length > 0)
    throw reasons.find((reason) => databaseCode(reason) !== IN_FAILED_TRANSACTION) ?? reasons[0];
}
