import { eq } from 'drizzle-orm';
import { notifications, refunds } from '../../src/platform/db/tables/index.ts';
import { runUsher } from '../support/usher-process.ts';
import { say } from './findings.ts';
import { isUnderWay } from './messages-under-way.ts';
import { TIME_OUTS } from './provider-faults.ts';
import type { Stage } from './stage.ts';
import { sleep, until } from './until.ts';

const SETTLES_WITHIN_MS = 300_000;
const AN_HOUR_OR_SO_MS = 20 * 60_000;
/** How many failed refunds are retried. */
const RETRIED = 2;

/** No faults except two time-outs, which no kill interrupts. */
export async function endFaults({ mail, sms, setFaults }: Stage): Promise<void> {
  mail.fault = () => null;
  sms.fault = () => null;
  await setFaults(TIME_OUTS);
}

/** Runs the nightly job once, when nothing changes at the payment provider any more. */
export async function reconcile(stage: Stage): Promise<void> {
  await until('the provider has done what it planned', 60, async () =>
    (await stage.books()).made.every(({ stepsLeft }) => stepsLeft === 0),
  );
  await stage.database.sql`select graphile_worker.add_job('reconcile')`;
  say('reconciling');
}

/** Waits until every refund is final and every message is sent. An operator looks for stuck ones meanwhile. */
export async function settle(stage: Stage): Promise<void> {
  const end = Date.now() + SETTLES_WITHIN_MS;
  for (let round = 0; Date.now() < end; round++) {
    const processing = await stage.db.select().from(refunds).where(eq(refunds.status, 'PROCESSING'));
    const messages = await stage.db.$count(notifications, isUnderWay);
    if (processing.length + messages === 0) return;
    if (round % 10 === 0) say(`${processing.length} refunds and ${messages} messages are under way`);
    for (const { id, nextAttemptAt, generation } of processing) {
      // Refunds refused for a low balance are retried in an hour, or now.
      if (generation > 1 && Number(nextAttemptAt) > Date.now() + AN_HOUR_OR_SO_MS) await retry(stage, id);
    }
    await sleep(1_000);
  }
  for (const refund of await stage.db.select().from(refunds).where(eq(refunds.status, 'PROCESSING')))
    stage.findings.broken(`${refund.ticketId}: its refund did not end: ${text(refund)}`);
  for (const message of await stage.db.select().from(notifications).where(isUnderWay))
    stage.findings.broken(`${message.ticketId}: a message did not leave: ${text(message)}`);
}

/** An operator retries refunds that the bank returned. */
export async function retrySomeFailed(stage: Stage): Promise<void> {
  const failed = await stage.db.select().from(refunds).where(eq(refunds.status, 'FAILED'));
  const returned = failed.filter(({ gatewayRefundId }) => gatewayRefundId !== null);
  for (const { id } of returned.slice(0, RETRIED)) await retry(stage, id);
}

/** npm run -s refunds -- list --stuck */
export function listStuck(stage: Stage): Promise<string> {
  return runRefunds(stage, ['list', '--stuck']);
}

async function retry(stage: Stage, refundId: string): Promise<void> {
  stage.findings.count('refunds: brought on by the operator');
  say((await runRefunds(stage, ['retry', refundId])).trim());
}

async function runRefunds({ database, findings }: Stage, argv: string[]): Promise<string> {
  const command = runUsher('src/app/commands/refunds.ts', argv, {
    NODE_ENV: 'production',
    DATABASE_URL: database.url,
  });
  const code = await command.exit;
  if (code !== 0) findings.broken(`refunds ${argv.join(' ')} ended with ${code}: ${command.output()}`);
  return command.output();
}

function text(row: object): string {
  return JSON.stringify(row, (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}
