import { databaseCode } from '../errors/database-fault.ts';

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
