import { isNull } from 'drizzle-orm';
import { type refunds, webhookEvents } from '../../src/platform/db/tables/index.ts';
import { lastStatus, type ProviderBooks } from './provider-books.ts';
import type { Stage } from './stage.ts';

type Refund = typeof refunds.$inferSelect;

/** Checks that the payment provider's records match ours, and that no refund was paid twice. */
export async function checkMoney(
  { db, findings, books: readBooks }: Stage,
  rows: Refund[],
  paymentOf: Map<string, string>,
): Promise<void> {
  const books = await readBooks();
  const expected = new Set<string>();
  for (const refund of rows) {
    for (let generation = 1; generation <= refund.generation; generation++) {
      expected.add(`${refund.id}-${generation}`);
      const wrong = whatIsWrong(books, refund, generation);
      if (wrong) findings.broken(`${refund.ticketId}, generation ${generation}: ${wrong}`);
    }
    const mostAway = books.mostAway.get(paymentOf.get(refund.ticketId) ?? '') ?? 0n;
    const promised = rows
      .filter(({ ticketId }) => ticketId === refund.ticketId)
      .reduce((sum, { refundAmount }) => sum + refundAmount, 0n);
    if (mostAway > promised)
      findings.broken(`${refund.ticketId}: ${mostAway} paise were away, the refunds are ${promised}`);
    if (refund.generation > 1) findings.count('refunds: of a further generation');
  }
  for (const { key } of books.made)
    if (!expected.has(key)) findings.broken(`the provider made ${key}, which nobody asked for`);
  findings.count('refunds: made by the provider', books.made.length);
  findings.count('refunds: refused by the provider', books.refused.size);
  const returned = books.made.filter(
    (one) => lastStatus(one) === 'failed' && one.statuses.includes('processed'),
  );
  findings.count('refunds: sent back by the bank', returned.length);
  await checkWebhooks({ db, findings }, books);
}

function whatIsWrong({ made, refused }: ProviderBooks, refund: Refund, generation: number): string | null {
  const key = `${refund.id}-${generation}`;
  const ofKey = made.filter((one) => one.key === key);
  const [one] = ofKey;
  if (ofKey.length > 1) return `the provider made it ${ofKey.length} times`;
  if (!one && !refused.has(key)) return 'the provider neither made nor refused it';
  if (one && one.amount !== refund.refundAmount) return `the provider made it of ${one.amount} paise`;
  const isAway = one !== undefined && lastStatus(one) !== 'failed';
  if (generation < refund.generation) return isAway ? 'it was asked for anew, though it was made' : null;
  if (isAway !== (refund.status === 'PROCESSED'))
    return `it is ${refund.status}, and the provider says ${one ? lastStatus(one) : refused.get(key)}`;
  if (isAway && lastStatus(one) !== 'processed') return `the provider says ${lastStatus(one)}`;
  if (one && refund.gatewayRefundId !== one.id) return `it names ${refund.gatewayRefundId}, not ${one.id}`;
  return null;
}

async function checkWebhooks(
  { db, findings }: Pick<Stage, 'db' | 'findings'>,
  { webhooks, webhooksDropped }: ProviderBooks,
): Promise<void> {
  const genuine = new Set(webhooks.map(({ id }) => id));
  const applied = await db.select().from(webhookEvents).where(isNull(webhookEvents.trouble));
  for (const { id } of applied)
    if (!genuine.has(id)) findings.broken(`a webhook was applied that the provider never sent: ${id}`);
  for (const { id, delivered } of webhooks)
    if (!delivered) findings.broken(`a webhook was never taken: ${id}`);
  findings.count('webhooks: delivered', webhooks.filter(({ delivered }) => delivered).length);
  findings.count('webhooks: applied', applied.length);
  findings.count('webhooks: sent twice', webhooks.filter(({ copies }) => copies > 1).length);
  findings.count('webhooks: after a forged one', webhooks.filter(({ forged }) => forged).length);
  findings.count('webhooks: dropped', webhooksDropped);
}
