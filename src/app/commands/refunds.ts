import { parseArgs } from 'node:util';
import { findUnknownNotifications } from '../../notifications/find-unknown-notifications.ts';
import { systemClock } from '../../platform/db/clock.ts';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { formatRupees } from '../../platform/money/money.ts';
import { commandLine } from '../../platform/text/command-line.ts';
import { plainText } from '../../platform/text/plain-text.ts';
import { compareBooks } from '../../refunds/compare-books.ts';
import { findKeptWebhooks, findLatePayments, findStuckRefunds } from '../../refunds/find-refunds.ts';
import type { Gateway } from '../../refunds/gateway/gateway.ts';
import { createRazorpayGateway } from '../../refunds/gateway/razorpay.gateway.ts';
import { readTicketBooks } from '../../refunds/read-ticket-books.ts';
import { type RetryOutcome, retryRefund } from '../../refunds/retry-refund.ts';
import type { Config } from '../config/config.ts';
import { findDatabaseUrl } from '../config/find-database-url.ts';
import { CommandError, runCommand } from './run-command.ts';

const command = (args: string) => commandLine('refunds', 'refunds', args);

/** npm run refunds: lets an operator see, retry and compare refunds. */
const USAGE = `Usage:
  ${command('list --stuck')}
      refunds that failed, do not move or were made twice, payments that came too late, webhooks that contradict
      what is known, and SMS of which nobody knows whether they were sent
  ${command('retry ID')}
      ask for a failed refund anew, or look at a waiting one at once
  ${command('compare --since 2024-12-15T12:00:00Z')}
      compare the refunds that the gateway has made since a time with this database, such as since the backup that
      was restored; changes nothing, and needs RAZORPAY_KEY_ID and RAZORPAY_KEY_SECRET too
  The role of DATABASE_URL needs the rights of a worker.`;

const RETRIED: Record<Exclude<RetryOutcome, 'unknown'>, string> = {
  askedAnew: 'It is asked for anew, under a new key.',
  broughtForward: 'It is looked at now, under the key that it has.',
  final: 'There is nothing to do: it is final.',
};

await runCommand(async (args, config) => {
  const asked = readArguments(args);
  if (asked === null) return USAGE;
  const gateway = asked.name === 'compare' ? openGateway(config) : null;
  const { db, close } = openDatabase({ url: await findDatabaseUrl(config), poolSize: 2 });
  try {
    switch (asked.name) {
      case 'list':
        return await list(db);
      case 'retry':
        return await retry(db, asked.id);
      case 'compare':
        return gateway ? await compare(db, gateway, asked.since) : USAGE;
    }
  } finally {
    await close();
  }
});

type Arguments = { name: 'list' } | { name: 'retry'; id: string } | { name: 'compare'; since: Date };

/** @returns null if the usage should be printed */
function readArguments(args: string[]): Arguments | null {
  const { values, positionals } = parse(args);
  const [name, id, ...more] = positionals;
  if (more.length > 0) return null;
  if (name === 'list' && !id) return { name };
  if (name === 'retry' && id) return { name, id };
  if (name === 'compare' && !id && values.since !== undefined) return { name, since: toTime(values.since) };
  return null;
}

function parse(args: string[]) {
  const options = { stuck: { type: 'boolean' }, since: { type: 'string' } } as const;
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new CommandError(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

function toTime(text: string): Date {
  const time = new Date(/^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(text) ? text : '');
  if (!Number.isNaN(time.getTime())) return time;
  throw new CommandError(`--since: "${text}" is not a time such as 2024-12-15T12:00:00Z.`);
}

const GATEWAY_TIMEOUT_MS = 10_000;

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

async function compare(db: Database, gateway: Gateway, since: Date): Promise<string> {
  const listed = await gateway.listRefunds(since);
  if (listed.kind === 'unknown')
    throw new CommandError(`The gateway did not list its refunds: ${plainText(listed.detail)}`);
  const { refunds, unreadable } = listed;
  const lines = compareBooks(refunds, await readTicketBooks(db, refunds));
  return [
    `The gateway has made ${refunds.length} refunds of our tickets since ${since.toISOString()}.`,
    ...section('Differences', lines),
    ...section('Refunds that could not be read', unreadable),
  ].join('\n');
}

/** The newest; more of them have one cause. */
const MOST_WEBHOOKS = 100;

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
    (message) => `${message.ticketId}  ${message.event}  ${message.lastError ?? ''}`,
  );
  return [
    ...section('Refunds that are stuck or were made twice', refunds),
    ...section('Payments that came after their hold had expired', late),
    ...section('Webhooks about our refunds that were not applied', kept),
    ...section('SMS that may or may not have been sent', unknown),
  ].join('\n');
}

function section(title: string, lines: string[]): string[] {
  return [`${title}: ${lines.length === 0 ? 'none' : lines.length}`, ...lines.map((line) => `  ${line}`)];
}
