import { findFailedNotifications } from '../../notifications/find-failed-notifications.ts';
import { findUnknownNotifications } from '../../notifications/find-unknown-notifications.ts';
import { resendNotifications } from '../../notifications/resend-notifications.ts';
import { systemClock } from '../../platform/db/clock.ts';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { formatRupees } from '../../platform/money/money.ts';
import { plainText } from '../../platform/text/plain-text.ts';
import { compareBooks } from '../../refunds/compare-books.ts';
import { findKeptWebhooks, findLatePayments, findStuckRefunds } from '../../refunds/find-refunds.ts';
import type { Gateway } from '../../refunds/gateway/gateway.ts';
import { createRazorpayGateway } from '../../refunds/gateway/razorpay.gateway.ts';
import { readTicketBooks } from '../../refunds/read-ticket-books.ts';
import { type RetryOutcome, retryRefund } from '../../refunds/retry-refund.ts';
import { type SettleOutcome, settleRefund } from '../../refunds/settle-refund.ts';
import type { Config } from '../config/config.ts';
import { findDatabaseUrl } from '../config/find-database-url.ts';
import { readArguments, USAGE } from './refund-arguments.ts';
import { CommandError, runCommand } from './run-command.ts';

const RETRIED: Record<Exclude<RetryOutcome, 'unknown'>, string> = {
  askedAnew: 'It is asked for anew, under a new key.',
  broughtForward: 'It is looked at now, under the key that it has.',
  final: 'There is nothing to do: it is final.',
};

const GATEWAY_TIMEOUT_MS = 10_000;

const NOT_SETTLED: Record<Exclude<SettleOutcome, 'settled'>, (id: string, reference: string) => string> = {
  unknown: (id) => `There is no refund ${id}.`,
  final: (id) => `The refund ${id} is paid already, or nothing was to be paid. Nothing was changed.`,
  underWay: (id) => `A worker asks the gateway for the refund ${id} now. Try again in a minute.`,
  taken: (_id, reference) => `${reference} is that of another refund. Nothing was changed.`,
};

/** The newest; more of them have one cause. */
const MOST_WEBHOOKS = 100;

await runCommand(async (args, config) => {
  const asked = readArguments(args);
  if (asked.name === 'help') return USAGE;
  const { db, close } = openDatabase({ url: await findDatabaseUrl(config), poolSize: 2 });
  try {
    switch (asked.name) {
      case 'list':
        return await list(db);
      case 'retry':
        return await retry(db, asked.id);
      case 'settle':
        return await settle(db, asked);
      case 'resend':
        return await resend(db, asked.ticketId);
      case 'compare':
        return await compare(db, openGateway(config), asked.since);
    }
  } finally {
    await close();
  }
});

async function resend(db: Database, ticketId: string): Promise<string> {
  const count = await resendNotifications(db, systemClock, ticketId);
  if (count === null) throw new CommandError(`There is no ticket ${ticketId}.`);
  return `Sent again: ${count === 1 ? '1 message' : `${count} messages`}.`;
}

function openGateway({ razorpay }: Config): Gateway {
  if (razorpay)
    return createRazorpayGateway({ ...razorpay, baseUrl: razorpay.url, timeoutMs: GATEWAY_TIMEOUT_MS });
  throw new CommandError(
    'RAZORPAY_KEY_ID and RAZORPAY_KEY_SECRET: must be set, to read the gateway’s books.',
  );
}

async function retry(db: Database, id: string): Promise<string> {
  const outcome = await retryRefund(db, systemClock, id);
  if (outcome === 'unknown') throw new CommandError(`There is no refund ${id}.`);
  return RETRIED[outcome];
}

async function settle(db: Database, { id, reference }: { id: string; reference: string }): Promise<string> {
  const outcome = await settleRefund(db, systemClock, id, reference);
  if (outcome === 'settled')
    return `It is PROCESSED now, with the reference ${reference}. Its user will be told.`;
  throw new CommandError(NOT_SETTLED[outcome](id, reference));
}

async function compare(db: Database, gateway: Gateway, since: Date): Promise<string> {
  const listed = await gateway.listRefunds(since);
  if (listed.kind === 'unknown')
    throw new CommandError(`The gateway did not list its refunds: ${plainText(listed.detail)}`);
  const { refunds, unreadable } = listed;
  const lines = compareBooks(refunds, await readTicketBooks(db, refunds));
  return [
    `Refunds of our tickets that the gateway has made since ${since.toISOString()}: ${refunds.length}`,
    ...section('Differences', lines),
    ...section('Refunds that could not be read', unreadable),
  ].join('\n');
}

async function list(db: Database): Promise<string> {
  const refunds = (await findStuckRefunds(db, systemClock)).map(
    (refund) =>
      `${refund.id}  ${refund.status}  ${formatRupees(refund.refundAmount)}  since ${refund.requestedAt.toISOString()}` +
      `  ${refund.attempts} attempts  ${refund.lastError ?? ''}`,
  );
  const late = (await findLatePayments(db)).map(
    ({ ticketId, payment }) =>
      `${payment.id}  ${formatRupees(payment.amount)}  for the expired ticket ${ticketId}`,
  );
  const kept = (await findKeptWebhooks(db, MOST_WEBHOOKS)).map(
    ({ refundId, type, receivedAt, trouble }) =>
      `${refundId}  ${type}  on ${receivedAt.toISOString()}  ${plainText(trouble ?? '')}`,
  );
  const unknown = (await findUnknownNotifications(db)).map(
    (message) => `${message.ticketId ?? message.refundId}  ${message.event}  ${message.lastError ?? ''}`,
  );
  const failed = (await findFailedNotifications(db)).map(
    (message) =>
      `${message.ticketId ?? message.refundId}  ${message.event}  ${message.channel}  ${message.attempts} attempts  ${message.lastError ?? ''}`,
  );
  return [
    ...section('Refunds that are stuck or were made twice', refunds),
    ...section('Payments that came after their hold had expired', late),
    ...section('Mails and SMS of the last ten days that were not sent', failed),
    ...section('Webhooks about our refunds that were not applied', kept),
    ...section('SMS that may or may not have been sent', unknown),
  ].join('\n');
}

function section(title: string, lines: string[]): string[] {
  return [`${title}: ${lines.length === 0 ? 'none' : lines.length}`, ...lines.map((line) => `  ${line}`)];
}
