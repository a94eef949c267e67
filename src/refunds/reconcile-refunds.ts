import { compareRefund } from './compare-refund.ts';
import { findLatePayments, findOpenRefunds } from './find-refunds.ts';
import type { RefundServices } from './send-refund.ts';

/**
 * Compares open refunds with the gateway's books and applies the differences, since webhooks can get lost. Logs late
 * payments, about which a person has to decide.
 */
export async function reconcileRefunds(services: RefundServices): Promise<void> {
  const { db, clock, log } = services;
  for (const { refund, transactionId } of await findOpenRefunds(db, clock)) {
    if (transactionId) await compareRefund(services, { refund, transactionId });
  }
  for (const { userId, ticketId } of await findLatePayments(db)) {
    log.warn({ userId, ticketId }, 'a payment arrived after its hold had expired');
  }
}
