import type { Logger } from 'pino';
import type { Clock } from '../platform/db/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { calendarEvent } from '../tickets/calendar-event.ts';
import { claimNotification, type NotificationClaim, recordResult } from './claim-notification.ts';
import { NO_SMS_PROVIDER } from './find-failed-notifications.ts';
import { type Mail, type Mailer, MailRefusedError } from './mailer.ts';
import { type MessageFacts, readMessageFacts } from './message-facts.ts';
import { messageIdOf, type NotificationKey } from './notification-key.ts';
import type { SmsResult, SmsSender } from './sms-sender.ts';
import { writeMessage } from './write-message.ts';

export interface NotificationServices {
  db: Database;
  clock: Clock;
  mailer: Mailer;
  /** Null if no SMS are sent. */
  sms: SmsSender | null;
  log: Logger;
}

/**
 * Sends a notification that is due: claims it, sends it outside any transaction, records the result. An e-mail is sent
 * at least once, always with the same Message-ID; an SMS at most once. Throws only for the database.
 */
export async function sendNotification(services: NotificationServices, key: NotificationKey): Promise<void> {
  const { db, clock, log } = services;
  // Read before the claim: if this fails, an SMS must not be marked as possibly sent.
  const facts = await readMessageFacts(db, key);
  const claim = await claimNotification(db, clock, key);
  if (!claim) return;
  const result = await send(services, key, claim, facts);
  await recordResult(db, clock, key, claim, result);
  if (result.kind !== 'sent' && result !== SMS_ARE_OFF && result !== OBSOLETE) {
    const { ticketId, refundId, event, channel } = key;
    // The detail is not logged, since it may contain an address or a phone number.
    log.warn(
      { ticketId: facts?.ticketId ?? ticketId, refundId, event, channel, ...claim, result: result.kind },
      'a notification was not sent',
    );
  }
}

const SMS_ARE_OFF: SmsResult = { kind: 'refused', detail: NO_SMS_PROVIDER };

/** A message that waited so long that the opposite has happened since. The message about that is on its way. */
const OBSOLETE: SmsResult = { kind: 'refused', detail: 'superseded by a later event' };

function isObsolete({ event, refundStatus }: MessageFacts): boolean {
  if (event === 'REFUND_FAILED') return refundStatus === 'PROCESSED';
  return event === 'REFUND_PROCESSED' && refundStatus === 'FAILED';
}

async function send(
  { clock, mailer, sms }: NotificationServices,
  key: NotificationKey,
  claim: NotificationClaim,
  facts: MessageFacts | null,
): Promise<SmsResult> {
  if (!facts) return { kind: 'refused', detail: 'there is no such cancellation' };
  if (isObsolete(facts)) return OBSOLETE;
  switch (key.channel) {
    case 'EMAIL':
      return sendMail(mailer, () =>
        writeMail(messageIdOf(key, claim.occurrence, mailer.from), facts, mailer.from, clock.now()),
      );
    case 'SMS':
      return sms ? sendSms(sms, facts) : SMS_ARE_OFF;
  }
}

async function sendMail(mailer: Mailer, write: () => Mail): Promise<SmsResult> {
  try {
    const mail = write();
    await mailer.send(mail);
    return { kind: 'sent', id: mail.messageId };
  } catch (error) {
    if (error instanceof MailRefusedError) return { kind: 'refused', detail: error.message };
    // The server may have accepted it. A second mail has the same Message-ID.
    return { kind: 'notTaken', detail: String(error) };
  }
}

/** A number as people write it. Letters are refused: Twilio sends to "whatsapp:+91..." by another channel. */
const PHONE = /^\+?[\d ().-]{3,30}$/;
/** E.164: the country code first. Without one, a provider refuses the number, or adds the code of its own country. */
const WITH_COUNTRY_CODE = /^\+[1-9]\d{6,14}$/;

async function sendSms(sms: SmsSender, facts: MessageFacts): Promise<SmsResult> {
  const phone = facts.user.phone?.trim();
  if (!phone) return { kind: 'refused', detail: 'the user no longer has a phone' };
  if (!PHONE.test(phone)) return { kind: 'refused', detail: 'the phone is not exactly one number' };
  const to = phone.replace('(0)', '').replace(/[ ().-]/g, '');
  if (!WITH_COUNTRY_CODE.test(to))
    return { kind: 'refused', detail: 'the phone has no country code, such as +91' };
  let text: string;
  try {
    text = writeMessage(facts).sms;
  } catch (error) {
    return { kind: 'notTaken', detail: String(error) };
  }
  return sms.send({ to, text });
}

function writeMail(messageId: string, facts: MessageFacts, sender: string, now: Date): Mail {
  const { subject, text, html } = writeMessage(facts);
  return {
    messageId,
    to: { name: facts.user.name, address: facts.user.email },
    subject,
    text,
    html,
    attachments: calendarOf(facts, sender, now),
  };
}

/** The calendar file that a cancellation changes: it removes the entry, or leaves the seats that are kept. */
function calendarOf(facts: MessageFacts, sender: string, now: Date): Mail['attachments'] {
  const contentType = 'text/calendar; charset=utf-8; method=';
  if (facts.event === 'TICKET_CANCELLED') {
    const content = calendarEvent({ ...facts, status: 'CANCELLED' }, sender, now);
    return [{ filename: 'cancelled.ics', content, contentType: `${contentType}CANCEL` }];
  }
  if (facts.event === 'SEATS_CANCELLED' && facts.seatsKept.length > 0) {
    const content = calendarEvent({ ...facts, seats: facts.seatsKept, status: 'CONFIRMED' }, sender, now);
    return [{ filename: 'ticket.ics', content, contentType: `${contentType}PUBLISH` }];
  }
  return [];
}
