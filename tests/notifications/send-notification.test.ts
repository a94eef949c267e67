import { eq } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addNotifications } from '../../src/notifications/add-notifications.ts';
import { findDueNotifications } from '../../src/notifications/find-due-notifications.ts';
import { findFailedNotifications } from '../../src/notifications/find-failed-notifications.ts';
import { findUnknownNotifications } from '../../src/notifications/find-unknown-notifications.ts';
import { type Mailer, MailRefusedError } from '../../src/notifications/mailer.ts';
import type { NotificationKey } from '../../src/notifications/notification-key.ts';
import { resendNotifications } from '../../src/notifications/resend-notifications.ts';
import { type NotificationServices, sendNotification } from '../../src/notifications/send-notification.ts';
import type { SmsSender } from '../../src/notifications/sms-sender.ts';
import { createSmtpMailer } from '../../src/notifications/smtp.mailer.ts';
import { createTwilioSmsSender } from '../../src/notifications/twilio.sms-sender.ts';
import { notifications, payments, refunds, tickets, users } from '../../src/platform/db/tables/index.ts';
import { createTestClock } from '../support/test-clock.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { givenCatalogue, givenTicket, givenUser, HOUR, MINUTE } from '../support/world.ts';
import { type MailServer, startMailServer } from './mail.server.ts';
import { CREATED, refusal, startTwilioServer, type TwilioServer } from './twilio.server.ts';

const NOW = new Date('2024-12-15T12:00:00Z');
const SHOW_START = new Date('2024-12-15T18:00:00Z');
const SECOND = 1_000;

let database: TestDatabase;
let mailServer: MailServer;
let twilio: TwilioServer;
let smtp: Mailer;
let sms: SmsSender;
let logs: string[];
let count = 0;
/** Every test has its own ticket. */
let ticketId: string;
let time: ReturnType<typeof createTestClock>;

beforeAll(async () => {
  database = await createTestDatabase();
  await givenCatalogue(database.db);
  await givenUser(database.db, 'user-asha');
  await database.db
    .update(users)
    .set({ name: 'Asha Rao', phone: '+910000000101' })
    .where(eq(users.id, 'user-asha'));
  twilio = await startTwilioServer();
  sms = createTwilioSmsSender({
    baseUrl: twilio.url,
    accountSid: 'AC01',
    authToken: 'secret',
    from: '+15005550006',
    timeoutMs: 5_000,
  });
  mailServer = await startMailServer();
  smtp = createSmtpMailer({ url: mailServer.url, from: 'Usher <tickets@usher.example>' });
});

afterAll(async () => {
  await mailServer.close();
  await twilio.close();
  await database.close();
});

beforeEach(async () => {
  count += 1;
  ticketId = `TKT-${count}`;
  time = createTestClock(NOW);
  logs = [];
  mailServer.mails.length = 0;
  twilio.requests.length = 0;
  twilio.answer = CREATED;
  await givenCancelledTicket('user-asha', ticketId);
});

async function givenCancelledTicket(userId: string, id: string): Promise<void> {
  const { db } = database;
  await givenTicket(db, { id, userId, showStart: SHOW_START });
  await db.update(tickets).set({ status: 'CANCELLED', cancelledAt: NOW }).where(eq(tickets.id, id));
  await db
    .update(payments)
    .set({ status: 'REFUNDED', refundAmount: 33_300n, refundInitiatedAt: NOW })
    .where(eq(payments.ticketId, id));
  await db.insert(refunds).values({
    userId,
    id: `refund-${id}`,
    ticketId: id,
    paymentId: `payment-${id}`,
    originalAmount: 37_000n,
    cancellationFee: 3_700n,
    refundAmount: 33_300n,
    status: 'PROCESSING',
    nextAttemptAt: NOW,
    etaMinBusinessDays: 3,
    etaMaxBusinessDays: 5,
    requestedAt: NOW,
  });
}

const notify = (event: NotificationKey['event'] = 'TICKET_CANCELLED', userId = 'user-asha') =>
  database.db.transaction((tx) =>
    addNotifications(tx, { userId, ticketId, refundId: '', step: 1 }, event, time.clock.now()),
  );
const keyOf = (
  channel: NotificationKey['channel'],
  event: NotificationKey['event'] = 'TICKET_CANCELLED',
) => ({
  userId: 'user-asha',
  ticketId,
  refundId: null,
  event,
  channel,
});
const send = (channel: NotificationKey['channel'], services: Partial<NotificationServices> = {}) =>
  sendNotification(
    {
      db: database.db,
      clock: time.clock,
      mailer: smtp,
      sms,
      log: pino({ level: 'warn' }, { write: (line) => logs.push(line) }),
      ...services,
    },
    keyOf(channel),
  );
const rows = () =>
  database.db
    .select()
    .from(notifications)
    .where(eq(notifications.ticketId, ticketId))
    .orderBy(notifications.event, notifications.channel);
const isOfTicket = () => eq(notifications.ticketId, ticketId);
const row = async (channel: NotificationKey['channel']) =>
  (await rows()).find((one) => one.channel === channel);
const pass = (milliseconds: number) => time.set(new Date(time.clock.now().getTime() + milliseconds));
const due = async () =>
  (await findDueNotifications(database.db, time.clock, 1_000)).filter((key) => key.ticketId === ticketId);

/** Holds the answer of a mailer or sender back until it is told what to say. */
function deferred<Result>() {
  let settle = { resolve: (_: Result) => {}, reject: (_: Error) => {} };
  const promise = new Promise<Result>((resolve, reject) => {
    settle = { resolve, reject };
  });
  let reached = () => {};
  const called = new Promise<void>((resolve) => {
    reached = resolve;
  });
  return {
    ...settle,
    called,
    answer: () => {
      reached();
      return promise;
    },
  };
}

describe('adding notifications', () => {
  it('adds one row for each channel, however often it is repeated', async () => {
    await notify();
    await notify();
    await notify('REFUND_PROCESSED');
    expect((await rows()).map(({ event, channel }) => `${event} ${channel}`)).toEqual([
      'TICKET_CANCELLED EMAIL',
      'TICKET_CANCELLED SMS',
      'REFUND_PROCESSED EMAIL',
      'REFUND_PROCESSED SMS',
    ]);
    expect(await row('SMS')).toMatchObject({
      status: 'PENDING',
      createdAt: NOW,
      nextAttemptAt: NOW,
      attempts: 0,
    });
  });

  it('does not repeat what was sent', async () => {
    await notify();
    await send('EMAIL');
    await notify();
    expect(await row('EMAIL')).toMatchObject({ status: 'SENT' });
    expect(await due()).toEqual([keyOf('SMS')]);
  });

  it('adds no SMS without a phone', async () => {
    ticketId = `TKT-kabir-${count}`;
    await givenCancelledTicket('user-kabir', ticketId);
    await notify('TICKET_CANCELLED', 'user-kabir');
    expect((await rows()).map(({ channel }) => channel)).toEqual(['EMAIL']);
  });

  it('is rolled back with its transaction', async () => {
    const failing = database.db.transaction(async (tx) => {
      await addNotifications(
        tx,
        { userId: 'user-asha', ticketId, refundId: '', step: 1 },
        'TICKET_CANCELLED',
        NOW,
      );
      throw new Error('undone');
    });
    await expect(failing).rejects.toThrow('undone');
    expect(await rows()).toEqual([]);
  });
});

describe('an e-mail', () => {
  it('is sent with the current data and marked as sent', async () => {
    await notify();
    await send('EMAIL');
    expect(await row('EMAIL')).toMatchObject({
      status: 'SENT',
      sentAt: NOW,
      nextAttemptAt: null,
      leaseUntil: null,
      attempts: 1,
      providerId: expect.stringMatching(/^<ticket-cancelled\.TKT-\d+\.[0-9a-f]{16}@usher\.example>$/),
    });
    const [mail] = mailServer.mails;
    expect(mail?.to).toEqual(['user-asha@example.com']);
    expect(mail?.parsed.messageId).toBe((await row('EMAIL'))?.providerId);
    expect(mail?.parsed.text).toContain('₹333 goes back to where you paid from.');
    expect(mail?.parsed.text).toContain('Show: Sun, 15 Dec 2024, 11:30 pm IST\n');
    expect(mail?.parsed.text).toContain('Seats: A1, A2\n');
    expect(mail?.parsed.text).toContain('from Wed, 18 Dec 2024 to Fri, 20 Dec 2024 (3-5 business days)');
  });

  it('removes the show from the calendar only for a cancellation', async () => {
    await notify();
    await send('EMAIL');
    const calendar = mailServer.mails[0]?.parsed.attachments[0]?.content.toString();
    expect(calendar).toContain(`UID:${ticketId}@usher.invalid\r\n`);
    expect(calendar).toContain('METHOD:CANCEL\r\n');
    expect(calendar).toContain('STATUS:CANCELLED\r\n');
    expect(mailServer.mails[0]?.raw).toMatch(/Content-Type: text\/calendar; charset=utf-8; method=CANCEL/i);
    await notify('REFUND_PROCESSED');
    const services = {
      db: database.db,
      clock: time.clock,
      mailer: smtp,
      sms,
      log: pino({ level: 'silent' }),
    };
    await sendNotification(services, keyOf('EMAIL', 'REFUND_PROCESSED'));
    expect(mailServer.mails[1]?.parsed.subject).toBe('Your refund of ₹333 has been sent');
    expect(mailServer.mails[1]?.parsed.attachments).toEqual([]);
    expect(mailServer.mails[1]?.parsed.messageId).not.toBe(mailServer.mails[0]?.parsed.messageId);
  });

  it('is sent once, however many workers want to', async () => {
    await notify();
    await Promise.all(Array.from({ length: 8 }, () => send('EMAIL')));
    expect(mailServer.mails).toHaveLength(1);
    expect(await row('EMAIL')).toMatchObject({ status: 'SENT', attempts: 1, lease: 1 });
    await send('EMAIL');
    expect(mailServer.mails).toHaveLength(1);
  });

  it('whose worker died before recording is sent again with the same Message-ID', async () => {
    await notify();
    const death = deferred<void>();
    const dying: Mailer = {
      ...smtp,
      send: async (mail) => {
        await smtp.send(mail);
        await death.answer();
      },
    };
    void send('EMAIL', { mailer: dying });
    await death.called;
    await send('EMAIL');
    expect(mailServer.mails).toHaveLength(1);
    pass(61 * SECOND);
    expect(await due()).toContainEqual(keyOf('EMAIL'));
    await send('EMAIL');
    expect(mailServer.mails).toHaveLength(2);
    expect(mailServer.mails[1]?.parsed.messageId).toBe(mailServer.mails[0]?.parsed.messageId);
    expect(await row('EMAIL')).toMatchObject({ status: 'SENT', attempts: 2 });
  });

  it.each(['succeeds', 'fails'] as const)(
    'ignores the late result of a worker after another took over and %s',
    async (outcome) => {
      await notify();
      const paused = deferred<void>();
      const pausedWorker = send('EMAIL', { mailer: { ...smtp, send: paused.answer } });
      await paused.called;
      pass(61 * SECOND);
      const second = deferred<void>();
      const secondWorker = send('EMAIL', { mailer: { ...smtp, send: second.answer } });
      await second.called;
      const underWay = await row('EMAIL');
      if (outcome === 'fails') paused.reject(new Error('too late'));
      else paused.resolve();
      await pausedWorker;
      expect(await row('EMAIL')).toEqual(underWay);
      second.resolve();
      await secondWorker;
      expect(await row('EMAIL')).toMatchObject({ status: 'SENT', attempts: 2, lastError: null });
    },
  );

  it('is retried with growing delays while the mail server is down', async () => {
    await notify();
    const port = Number(new URL(mailServer.url).port);
    await mailServer.close();
    for (const wait of [30, 60, 120, 240]) {
      await send('EMAIL');
      expect(await row('EMAIL')).toMatchObject({
        status: 'PENDING',
        leaseUntil: null,
        nextAttemptAt: new Date(time.clock.now().getTime() + wait * SECOND),
        lastError: expect.stringContaining('ECONNREFUSED'),
      });
      pass(wait * SECOND - 1);
      expect(await due()).not.toContainEqual(keyOf('EMAIL'));
      pass(1);
    }
    mailServer = await startMailServer(port);
    await send('EMAIL');
    expect(mailServer.mails).toHaveLength(1);
    expect(await row('EMAIL')).toMatchObject({ status: 'SENT', attempts: 5, lastError: null });
    expect(logs).toHaveLength(4);
    expect(logs.join()).not.toMatch(/example\.com|Asha/);
  });

  it('is given up after a day of failures', async () => {
    await notify();
    const mailer: Mailer = { ...smtp, send: () => Promise.reject(new Error('550 no\u0000 such user')) };
    let longest = 0;
    while ((await row('EMAIL'))?.status === 'PENDING') {
      await send('EMAIL', { mailer });
      const next = (await row('EMAIL'))?.nextAttemptAt;
      if (!next) break;
      longest = Math.max(longest, next.getTime() - time.clock.now().getTime());
      time.set(next);
    }
    expect(await row('EMAIL')).toMatchObject({ status: 'FAILED', lastError: 'Error: 550 no such user' });
    expect(longest).toBe(HOUR);
    const hours = (time.clock.now().getTime() - NOW.getTime()) / HOUR;
    expect(Math.round(hours)).toBe(24);
    expect(await due()).not.toContainEqual(keyOf('EMAIL'));
  });

  it('that the server refuses for good is not tried again, until an operator sends it again', async () => {
    await notify();
    const refusing = await startMailServer(0, () =>
      Object.assign(new Error('no such user'), { responseCode: 550 }),
    );
    const mailer = createSmtpMailer({ url: refusing.url, from: 'Usher <tickets@usher.example>' });
    await send('EMAIL', { mailer });
    await refusing.close();
    expect(await row('EMAIL')).toMatchObject({ status: 'FAILED', attempts: 1, nextAttemptAt: null });
    expect((await row('EMAIL'))?.lastError).toContain('550 no such user');
    // The list is by the database's own clock.
    await database.db.update(notifications).set({ createdAt: new Date() }).where(isOfTicket());
    expect(await findFailedNotifications(database.db)).toMatchObject([{ ticketId, channel: 'EMAIL' }]);

    expect(await resendNotifications(database.db, time.clock, 'TKT-NOBODY')).toBeNull();
    expect(await resendNotifications(database.db, time.clock, ticketId)).toBe(1);
    expect(await findFailedNotifications(database.db)).toEqual([]);
    await send('EMAIL');
    expect(mailServer.mails).toHaveLength(1);
    expect(await row('EMAIL')).toMatchObject({ status: 'SENT', attempts: 1, lastError: null });
    expect(await resendNotifications(database.db, time.clock, ticketId)).toBe(0);
  });

  it('is not in the list of failed ones where SMS are merely off', async () => {
    await notify();
    await send('SMS', { sms: null });
    await database.db.update(notifications).set({ createdAt: new Date() }).where(isOfTicket());
    expect(await row('SMS')).toMatchObject({ status: 'FAILED' });
    expect(await findFailedNotifications(database.db)).toEqual([]);
  });

  describe('about the refund', () => {
    const services = () => ({
      db: database.db,
      clock: time.clock,
      mailer: smtp,
      sms,
      log: pino({ level: 'silent' }),
    });
    const sendLater = () => sendNotification(services(), keyOf('EMAIL', 'REFUND_PROCESSED'));
    const later = async () =>
      (await rows()).find(({ event, channel }) => event === 'REFUND_PROCESSED' && channel === 'EMAIL');
    const subjects = () => mailServer.mails.map(({ parsed }) => parsed.subject?.slice(0, 14));

    /** The cancellation's mail is behind greylisting; the refund is paid a minute later. */
    async function greylisted() {
      await notify();
      const busy = Object.assign(new Error('greylisted'), { responseCode: 450, command: 'RCPT TO' });
      await send('EMAIL', { mailer: { ...smtp, send: () => Promise.reject(busy) } });
      pass(MINUTE);
      await notify('REFUND_PROCESSED');
      await sendLater();
      expect(mailServer.mails).toEqual([]);
      expect(await later()).toMatchObject({ status: 'PENDING', attempts: 0, lease: 0 });
    }

    it('does not overtake that about the cancellation', async () => {
      await greylisted();
      await send('EMAIL');
      pass(5 * SECOND);
      expect(await due()).toContainEqual(keyOf('EMAIL', 'REFUND_PROCESSED'));
      await sendLater();
      expect(subjects()).toEqual(['Your ticket is', 'Your refund of']);
    });

    it('does after an hour', async () => {
      await greylisted();
      pass(59 * MINUTE - 1);
      await sendLater();
      expect(subjects()).toEqual([]);
      pass(5 * SECOND);
      await sendLater();
      expect(subjects()).toEqual(['Your refund of']);
    });

    it('does not wait for a mail that was refused, nor for an SMS', async () => {
      await notify();
      const refused = new MailRefusedError('550');
      await send('EMAIL', { mailer: { ...smtp, send: () => Promise.reject(refused) } });
      pass(SECOND);
      await notify('REFUND_PROCESSED');
      await sendLater();
      expect(subjects()).toEqual(['Your refund of']);
    });
  });

  it('that cannot be written fails alone', async () => {
    await database.db.delete(refunds).where(eq(refunds.ticketId, ticketId));
    await notify();
    await send('EMAIL');
    expect(await row('EMAIL')).toMatchObject({
      status: 'FAILED',
      lastError: 'there is no such cancellation',
    });
    expect(mailServer.mails).toEqual([]);
  });
});

describe('an SMS', () => {
  it('is sent and marked as sent', async () => {
    await notify();
    await send('SMS');
    expect(twilio.requests.map(({ form }) => form)).toEqual([
      {
        From: '+15005550006',
        To: '+910000000101',
        Body: `Usher: your ticket ${ticketId} for Avengers: Endgame, Sun, 15 Dec 2024, 11:30 pm IST, is cancelled. Refund Rs 333, expected by Fri, 20 Dec 2024.`,
      },
    ]);
    expect(await row('SMS')).toMatchObject({
      status: 'SENT',
      sentAt: NOW,
      providerId: 'SM00000000000000000000000000000001',
      leaseUntil: null,
      lastError: null,
    });
  });

  it('is sent once, however many workers want to', async () => {
    await notify();
    await Promise.all(Array.from({ length: 8 }, () => send('SMS')));
    expect(twilio.requests).toHaveLength(1);
  });

  it.each([
    'whatsapp:+910000000101',
    '+91\r\nTo: +910000000102',
    '+910000000101,+910000000102',
    '1'.repeat(1_000),
  ])('is not sent to %.40j, which is not exactly one number', async (phone) => {
    await database.db.update(users).set({ phone }).where(eq(users.id, 'user-asha'));
    await notify();
    await send('SMS');
    await database.db.update(users).set({ phone: '+910000000101' }).where(eq(users.id, 'user-asha'));
    expect(twilio.requests).toEqual([]);
    expect(await row('SMS')).toMatchObject({ status: 'FAILED', nextAttemptAt: null });
  });

  it.each(['9876543210', '09876543210', '0091 98765 43210', '+0 98765 43210', '919876543210', '+91 98'])(
    'is not sent to %s, which has no country code',
    async (phone) => {
      await database.db.update(users).set({ phone }).where(eq(users.id, 'user-asha'));
      await notify();
      await send('SMS');
      await database.db.update(users).set({ phone: '+910000000101' }).where(eq(users.id, 'user-asha'));
      expect(twilio.requests).toEqual([]);
      expect(await row('SMS')).toMatchObject({
        status: 'FAILED',
        lastError: 'the phone has no country code, such as +91',
      });
    },
  );

  it.each(['+91 00000-00101', ' +91 (0) 00000 00101 ', '+91.00000.00101'])(
    'is sent to %s in the form that providers want',
    async (phone) => {
      await database.db.update(users).set({ phone }).where(eq(users.id, 'user-asha'));
      await notify();
      await send('SMS');
      await database.db.update(users).set({ phone: '+910000000101' }).where(eq(users.id, 'user-asha'));
      expect(twilio.requests).toMatchObject([{ form: { To: '+910000000101' } }]);
    },
  );

  it('is marked before it is sent, so no crash makes it go out twice', async () => {
    await notify();
    const death = deferred<never>();
    const dying: SmsSender = {
      send: async (message) => {
        await sms.send(message);
        return death.answer();
      },
    };
    void send('SMS', { sms: dying });
    await death.called;
    expect(await row('SMS')).toMatchObject({ status: 'UNKNOWN', nextAttemptAt: null });
    for (const later of [61 * SECOND, HOUR, 100 * HOUR]) {
      pass(later);
      expect(await due()).not.toContainEqual(keyOf('SMS'));
      await send('SMS');
    }
    expect(twilio.requests).toHaveLength(1);
    const unknown = await findUnknownNotifications(database.db);
    expect(unknown.filter((one) => one.ticketId === ticketId)).toMatchObject([
      { ...keyOf('SMS'), lastError: 'the worker stopped before it recorded the result' },
    ]);
  });

  it('without a complete answer is left to the operator', async () => {
    await notify();
    twilio.answer = (response) => response.destroy();
    await send('SMS');
    pass(100 * HOUR);
    await send('SMS');
    expect(twilio.requests).toHaveLength(1);
    expect(await row('SMS')).toMatchObject({ status: 'UNKNOWN', leaseUntil: null });
    expect((await findUnknownNotifications(database.db)).map((one) => one.ticketId)).toContain(ticketId);
    expect(JSON.parse(logs[0] ?? '')).toMatchObject({ ticketId, channel: 'SMS', result: 'unknown' });
  });

  it('that the provider refuses is not retried', async () => {
    await notify();
    twilio.answer = refusal(400, 21211, "Invalid 'To' Phone Number");
    await send('SMS');
    expect(await row('SMS')).toMatchObject({
      status: 'FAILED',
      nextAttemptAt: null,
      lastError: "HTTP 400 21211: Invalid 'To' Phone Number",
    });
    expect(await due()).not.toContainEqual(keyOf('SMS'));
  });

  it('that never reached the provider is retried', async () => {
    await notify();
    const gone = await startTwilioServer();
    await gone.close();
    const unreachable = createTwilioSmsSender({
      baseUrl: gone.url,
      accountSid: 'AC01',
      authToken: 'secret',
      from: '+15005550006',
      timeoutMs: 5_000,
    });
    await send('SMS', { sms: unreachable });
    expect(await row('SMS')).toMatchObject({
      status: 'PENDING',
      nextAttemptAt: new Date(NOW.getTime() + 30 * SECOND),
    });
    pass(30 * SECOND);
    await send('SMS');
    expect(await row('SMS')).toMatchObject({ status: 'SENT', attempts: 2 });
    expect(twilio.requests).toHaveLength(1);
  });

  it('is independent of the mail server, and mails of the SMS provider', async () => {
    await notify();
    const broken: Mailer = { ...smtp, send: () => Promise.reject(new Error('down')) };
    await send('EMAIL', { mailer: broken });
    await send('SMS', { mailer: broken });
    expect((await rows()).map(({ status }) => status)).toEqual(['PENDING', 'SENT']);
  });

  it('fails without a warning if no provider is configured; the mail is sent', async () => {
    await notify();
    await send('SMS', { sms: null });
    await send('EMAIL', { sms: null });
    expect(await row('SMS')).toMatchObject({ status: 'FAILED', lastError: 'no SMS provider is configured' });
    expect(await due()).toEqual([]);
    expect(logs).toEqual([]);
    expect(mailServer.mails).toHaveLength(1);
  });

  it('fails when the phone was removed meanwhile', async () => {
    await notify();
    const itself = eq(users.id, 'user-asha');
    await database.db.update(users).set({ phone: null }).where(itself);
    await send('SMS');
    await database.db.update(users).set({ phone: '+910000000101' }).where(itself);
    expect(await row('SMS')).toMatchObject({ status: 'FAILED' });
    expect(twilio.requests).toEqual([]);
  });
});

it('finds due notifications, longest overdue first, without those being sent', async () => {
  await notify();
  pass(MINUTE);
  await notify('REFUND_PROCESSED');
  expect((await due()).map(({ event }) => event)).toEqual([
    'TICKET_CANCELLED',
    'TICKET_CANCELLED',
    'REFUND_PROCESSED',
    'REFUND_PROCESSED',
  ]);
  const paused = deferred<void>();
  const worker = send('EMAIL', { mailer: { ...smtp, send: paused.answer } });
  await paused.called;
  expect(await due()).not.toContainEqual(keyOf('EMAIL'));
  expect(await due()).toHaveLength(3);
  expect(await findDueNotifications(database.db, time.clock, 1)).toHaveLength(1);
  paused.resolve();
  await worker;
});
