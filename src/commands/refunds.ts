import { readConfig } from '../config/config.ts';
import { explainFailure } from '../config/explain-failure.ts';
import { findDatabaseUrl } from '../config/find-database-url.ts';
import { systemClock } from '../db/clock.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { formatRupees } from '../money/money.ts';
import { findUnknownNotifications } from '../notifications/find-unknown-notifications.ts';
import { findLatePayments, findStuckRefunds } from '../refunding/find-refunds.ts';
import { type RetryOutcome, retryRefund } from '../refunding/retry-refund.ts';

/** npm run refunds -- list --stuck | retry ID: what an operator sees and moves. */
const USAGE = `Usage:
  npm run -s refunds -- list --stuck   refunds that failed, do not move or were made twice, payments that came
                                       too late, and SMS of which nobody knows whether they were sent
  npm run -s refunds -- retry ID       ask for a failed refund anew, or look at a waiting one at once`;

const RETRIED: Record<RetryOutcome, string> = {
  askedAnew: 'It is asked for anew, under a new key.',
  broughtForward: 'It is looked at now, under the key that it has.',
  final: 'There is nothing to do: it is final.',
  unknown: 'There is no such refund.',
};

async function main([command, argument]: string[]): Promise<string> {
  if (command !== 'list' && !(command === 'retry' && argument)) return USAGE;
  const { db, close } = openDatabase({ url: await findDatabaseUrl(readConfig(process.env)), poolSize: 2 });
  try {
    if (command === 'retry' && argument) return RETRIED[await retryRefund(db, systemClock, argument)];
    return await list(db);
  } finally {
    await close();
  }
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
  return [
    ...section('Refunds that are stuck or were made twice', refunds),
    ...section('Payments that came after their hold had expired', late),
    ...section('SMS that may or may not have been sent', unknown),
  ].join('\n');
}

function section(title: string, lines: string[]): string[] {
  return [`${title}: ${lines.length === 0 ? 'none' : lines.length}`, ...lines.map((line) => `  ${line}`)];
}

await main(process.argv.slice(2)).then(
  (text) => process.stdout.write(`${text}\n`),
  (error: unknown) => {
    process.stderr.write(
      `${explainFailure(error) ?? (error instanceof Error ? error.message : String(error))}\n`,
    );
    process.exitCode = 1;
  },
);
