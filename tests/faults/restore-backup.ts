import { takeBackup } from '../support/backup.ts';
import { say } from './findings.ts';
import type { TicketToCancel } from './given-tickets.ts';
import { endSessions } from './locks.ts';
import { NO_FAULTS } from './provider-faults.ts';
import { settle } from './settle.ts';
import type { Stage } from './stage.ts';
import { until } from './until.ts';

/**
 * Restores a backup that is older than some cancellations whose refunds the provider has made, then cancels the tickets
 * again. The check of the money finds a refund that was made twice. Nothing else may happen meanwhile.
 */
export async function restoreOlderBackup(stage: Stage, tickets: TicketToCancel[]): Promise<void> {
  const { client, database, db, findings, worker } = stage;
  await stage.setFaults(NO_FAULTS);
  // A restored database sends its SMS again, as it must; the check of the messages counts them.
  for (const { userId } of tickets) await database.sql`update users set phone = null where id = ${userId}`;
  const restore = await takeBackup(db);
  for (const ticket of tickets) await client.cancel(await client.prepare(ticket));
  const made = async () => {
    const books = await stage.books();
    return books.made.filter((one) => tickets.some(({ paymentId }) => paymentId === one.paymentId)).length;
  };
  await until('the provider has made a refund', 60, async () => (await made()) > 0);
  await worker.kill('a backup is restored');
  await endSessions(database.sql, 'usher_worker');
  // A webhook that is being applied holds locks in another order.
  const isRestored = () =>
    restore().then(
      () => true,
      () => false,
    );
  await until('the backup is restored', 60, isRestored, 200);
  say('an older backup is restored');
  worker.start();
  for (const ticket of tickets) await client.cancel(await client.prepare(ticket));
  await settle(stage);
  findings.count('refunds: of tickets cancelled again after a restored backup', tickets.length);
  if ((await made()) !== tickets.length)
    findings.broken(`${await made()} refunds of ${tickets.length} tickets after a restored backup`);
}
