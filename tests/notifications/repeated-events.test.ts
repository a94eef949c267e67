import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { findDueNotifications } from '../../src/notifications/find-due-notifications.ts';
import type { Mail } from '../../src/notifications/mailer.ts';
import { sendNotification } from '../../src/notifications/send-notification.ts';
import { notifications, refunds } from '../../src/platform/db/tables/index.ts';
import { retryRefund } from '../../src/refunds/retry-refund.ts';
import { sendRefund } from '../../src/refunds/send-refund.ts';
import { cancelWithoutApi } from '../support/cancel-ticket.ts';
import { brokenInvariants } from '../support/invariants.ts';
import { PATIENTLY } from '../support/patiently.ts';
import { startTestGateway } from '../support/refund-world.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { createTestClock } from '../support/test-clock.ts';
import { givenCatalogue, givenTicket, HOUR, MINUTE } from '../support/world.ts';

const showStart = new Date('2024-12-15T18:00:00Z');
const cancelled = new Date(showStart.getTime() - 6 * HOUR);
const time = createTestClock(cancelled);
const log = pino({ level: 'silent' });

let api: TestApi;
let provider: Awaited<ReturnType<typeof startTestGateway>>;
let mails: Mail[];
let texts: string[];
beforeEach(async () => {
  time.set(cancelled);
  api = await startTestApi({ clock: time.clock });
  provider = await startTestGateway({ origin: api.origin });
  mails = [];
  texts = [];
  await givenCatalogue(api.database.db);
  await givenTicket(api.database.db, { id: 'TKT-1', showStart });
  await api.database.db.execute(`update users set phone = '+919800000000'`);
  await cancelWithoutApi(api.database.db, time.clock, { ticketId: 'TKT-1' });
});
afterEach(async () => {
  expect(await brokenInvariants(api.database.db)).toEqual([]);
  await provider.close();
  await api.close();
});

async function refund() {
  const [row] = await api.database.db.select().from(refunds);
  if (!row) throw new Error('no refund');
  return row;
}

/** Sends the refund, and waits until it is in this state. */
async function send(status: string) {
  const { db } = api.database;
  const services = { db, clock: time.clock, jobs: api.jobs, gateway: provider.gateway, log };
  await sendRefund(services, { userId: 'user-asha', refundId: (await refund()).id });
  await vi.waitFor(async () => expect((await refund()).status).toBe(status), PATIENTLY);
}

async function sendMessages() {
  const { db } = api.database;
  const services = {
    db,
    clock: time.clock,
    log,
    mailer: {
      from: 'tickets@usher.example',
      send: async (mail: Mail) => void mails.push(mail),
      close: () => {},
    },
    sms: {
      send: async ({ text }: { text: string }) => {
        texts.push(text);
        return { kind: 'sent' as const, id: `SM${texts.length}` };
      },
    },
  };
  for (const key of await findDueNotifications(db, time.clock, 100)) await sendNotification(services, key);
}

/** Processed, returned by the bank, retried, processed. */
async function goRound(between: () => Promise<void>) {
  await provider.setFaults({ fate: { script: ['bank-returns'] } });
  await send('FAILED');
  await between();
  time.set(new Date(time.clock.now().getTime() + MINUTE));
  await retryRefund(api.database.db, time.clock, (await refund()).id);
  await send('PROCESSED');
}

it('a refund that is paid at the second attempt is last called sent, by mail and by SMS', async () => {
  await goRound(sendMessages);
  await sendMessages();
  expect(mails.at(-1)?.subject).toContain('has been sent');
  expect(texts.at(-1)).toContain('has been sent');
  // All of them are different to mail programs.
  expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(mails.length);
});

it('a message that waited until the opposite happened is not sent', async () => {
  await goRound(async () => {});
  await sendMessages();
  const subjects = mails.map(({ subject }) => subject).filter((subject) => subject.includes('refund'));
  expect(subjects).toEqual(['Your refund of ₹333 has been sent']);
  const rows = await api.database.db.select().from(notifications);
  expect(rows.filter(({ event }) => event === 'REFUND_FAILED')).toMatchObject([
    { status: 'FAILED', lastError: 'superseded by a later event' },
    { status: 'FAILED', lastError: 'superseded by a later event' },
  ]);
});

it('a worker that was sending the earlier message does not mark the next one as sent', async () => {
  await provider.setFaults({ fate: { script: ['at-once'] } });
  await send('PROCESSED');
  const { db } = api.database;
  const next = async () => {
    await db.update(refunds).set({ status: 'FAILED', failureReason: 'x' });
    await retryRefund(db, time.clock, (await refund()).id);
    await provider.setFaults({ fate: { script: ['at-once'] } });
    await send('PROCESSED');
  };
  const mailer = { from: 'tickets@usher.example', send: () => next(), close: () => {} };
  const key = {
    userId: 'user-asha',
    ticketId: 'TKT-1',
    refundId: null,
    event: 'REFUND_PROCESSED',
    channel: 'EMAIL',
  } as const;
  await sendNotification({ db, clock: time.clock, log, mailer, sms: null }, key);
  const rows = await db.select().from(notifications);
  const mail = rows.find(({ event, channel }) => event === 'REFUND_PROCESSED' && channel === 'EMAIL');
  expect(mail).toMatchObject({ status: 'PENDING', occurrence: 2 });
});
