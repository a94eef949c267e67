import { findFailedNotifications } from '../../notifications/find-failed-notifications.ts';
import { findUnknownNotifications } from '../../notifications/find-unknown-notifications.ts';
import { resendNotifications } from '../../notifications/resend-notifications.ts';
import { systemClock } from '../../platform/db/clock.ts';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { formatRupees } from '../../platform/money/money.ts';
import { commandLine } from '../../platform/text/command-line.ts';
import { findLatePayments, findStuckRefunds } from '../../refunds/find-refunds.ts';
import { type RetryOutcome, retryRefund } from '../../refunds/retry-refund.ts';
import { findDatabaseUrl } from '../config/find-database-url.ts';
import { CommandError, runCommand } from './run-command.ts';

const command = (args: string) => commandLine('refunds', 'refunds', args);

/** npm run refunds -- list --stuck | retry ID: lets an operator see and retry stuck refunds. */
const USAGE = `Usage:
  ${command('list --stuck')}
      refunds that failed, do not move or were made twice, payments that came too late, mails and SMS that were
      refused or given up, and SMS of which nobody knows whether they were sent
  ${command('retry ID')}
      ask for a failed refund anew, or look at a waiting one at once
  ${command('resend TICKET_ID')}
      send the failed mails and SMS of a ticket again
  The role of DATABASE_URL needs the rights of a worker.`;

const RETRIED: Record<Exclude<RetryOutcome, 'unknown'>, string> = {
  askedAnew: 'It is asked for anew, under a new key.',
  broughtForward: 'It is looked at now, under the key that it has.',
  final: 'There is nothing to do: it is final.',
};

await runCommand(async ([name, argument], config) => {
  if (name !== 'list' && !((name === 'retry' || name === 'resend') && argument)) return USAGE;
  const { db, close } = openDatabase({ url: await findDatabaseUrl(config), poolSize: 2 });
  try {
    if (name === 'list' || !argument) return await list(db);
    if (name === 'resend') return await resend(db, argument);
    const outcome = await retryRefund(db, systemClock, argument);
    if (outcome === 'unknown') throw new CommandError(`There is no refund ${argument}.`);
    return RETRIED[outcome];
  } finally {
    await close();
  }
});

async function resend(db: Database, ticketId: string): Promise<string> {
  const count = await resendNotifications(db, systemClock, ticketId);
  if (count === null) throw new CommandError(`There is no ticket ${ticketId}.`);
  return `Sent again: ${count === 1 ? '1 message' : `${count} messages`}.`;
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
  const unknown = (await findUnknownNotifications(db)).map(
    (message) => `${message.ticketId}  ${message.event}  ${message.lastError ?? ''}`,
  );
  const failed = (await findFailedNotifications(db)).map(
    (message) =>
      `${message.ticketId}  ${message.event}  ${message.channel}  ${message.attempts} attempts  ${message.lastError ?? ''}`,
  );
  return [
    ...section('Refunds that are stuck or were made twice', refunds),
    ...section('Payments that came after their hold had expired', late),
    ...section('Mails and SMS of the last ten days that were not sent', failed),
    ...section('SMS that may or may not have been sent', unknown),
  ].join('\n');
}

function section(title: string, lines: string[]): string[] {
  return [`${title}: ${lines.length === 0 ? 'none' : lines.length}`, ...lines.map((line) => `  ${line}`)];
}
