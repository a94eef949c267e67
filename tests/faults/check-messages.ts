import { messageIdOf } from '../../src/notifications/notification-key.ts';
import {
  notificationEvent,
  notifications,
  refunds,
  ticketEvents,
  users,
} from '../../src/platform/db/tables/index.ts';
import { SENDER } from './environments.ts';
import type { Stage } from './stage.ts';

/** A message, the refund that it is about, and its ticket. */
type Message = typeof notifications.$inferSelect & { about: string; ofTicket: string };

/** Four jobs and a sweep. */
const AT_ONCE = 5;

/**
 * Checks that no message is missing or sent twice, except mails with the same Message-ID, and that failures are
 * visible.
 */
export async function checkMessages(stage: Stage, stuck: string): Promise<void> {
  const { db, findings } = stage;
  const ofRefund = await db.select().from(refunds);
  const rows = (await db.select().from(notifications)).map((row) => {
    const refund = ofRefund.find(({ userId, ticketId, id, step }) =>
      row.ticketId === null
        ? id === row.refundId
        : userId === row.userId && ticketId === row.ticketId && step === 1,
    );
    return { ...row, about: refund?.id ?? '', ofTicket: refund?.ticketId ?? '' };
  });
  const userOf = new Map((await db.select().from(users)).map((user) => [user.id, user]));

  const demanded = new Set<string>();
  for (const { userId, type, facts } of await db.select().from(ticketEvents)) {
    const event = type === 'CANCELLED' ? 'TICKET_CANCELLED' : type;
    if (!notificationEvent.enumValues.some((known) => known === event)) continue;
    demanded.add(`${facts.refundId} ${event} EMAIL`);
    if (userOf.get(userId)?.phone) demanded.add(`${facts.refundId} ${event} SMS`);
  }
  const noted = new Set(rows.map(({ about, event, channel }) => `${about} ${event} ${channel}`));
  for (const name of demanded) if (!noted.has(name)) findings.broken(`${name} was never noted down`);
  for (const name of noted) if (!demanded.has(name)) findings.broken(`${name} is of nothing that happened`);

  for (const { status, channel, ticketId, refundId, event, lastError } of rows) {
    const subject = ticketId ?? refundId;
    findings.count(`${channel === 'SMS' ? 'SMS' : 'mails'}: messages that are ${status}`);
    const isSuperseded = status === 'FAILED' && lastError === 'superseded by a later event';
    if (status !== 'SENT' && !(channel === 'SMS' && status === 'UNKNOWN') && !isSuperseded)
      findings.broken(`${subject} ${event} ${channel} is ${status}: ${lastError}`);
    if (status === 'UNKNOWN' && !stuck.includes(`${subject}  ${event}`))
      findings.broken(`${subject} ${event}: list --stuck does not show this SMS`);
  }
  checkMails(
    stage,
    rows.filter(({ channel }) => channel === 'EMAIL'),
  );
  checkSms(
    stage,
    rows.filter(({ channel }) => channel === 'SMS'),
  );
}

function checkMails({ mail, findings }: Stage, rows: Message[]): void {
  const ids = rows.flatMap((row) =>
    Array.from({ length: row.occurrence }, (_, index) => [messageIdOf(row, index + 1, SENDER), row] as const),
  );
  const rowOf = new Map(ids);
  if (rowOf.size !== ids.length) findings.broken('two messages have one Message-ID');
  const delivered = new Map<string, string>();
  for (const { messageId, to, subject, text } of mail.mails) {
    const row = rowOf.get(messageId);
    if (!row || to !== `${row.userId}@example.com` || !text.includes(row.ofTicket))
      findings.broken(`a mail to ${to} that nobody noted down: ${messageId} ${subject}`);
    const first = delivered.get(messageId);
    if (first !== undefined && first !== subject)
      findings.broken(`${messageId} was first "${first}", then "${subject}"`);
    delivered.set(messageId, subject);
  }
  for (const { providerId, ofTicket: ticketId, event, status } of rows)
    if (status === 'SENT' && !delivered.has(providerId ?? ''))
      findings.broken(`${ticketId}: the mail ${event} never arrived`);
  findings.count('mails: delivered', mail.mails.length);
  findings.count('mails: second copies, with the same Message-ID', mail.mails.length - delivered.size);
}

function checkSms({ sms, worker, findings }: Stage, rows: Message[]): void {
  const taken = new Map(sms.taken.map((one) => [one.sid, one]));
  const contents = new Set(sms.taken.map(({ to, body }) => `${to} ${body}`));
  // An event that happened twice may have the same text twice.
  const repeated = rows.reduce((sum, { occurrence }) => sum + occurrence - 1, 0);
  if (contents.size + repeated < sms.taken.length)
    findings.broken(`${sms.taken.length - contents.size} SMS were sent twice`);
  const sent = rows.filter(({ status }) => status === 'SENT');
  for (const { providerId, ofTicket: ticketId, event } of sent)
    if (!taken.get(providerId ?? '')?.body.includes(ticketId))
      findings.broken(`${ticketId}: the SMS ${event} is said to be sent as ${providerId}, and was not`);
  if (new Set(sent.map(({ providerId }) => providerId)).size < sent.length)
    findings.broken('two messages name one SMS');

  // Per ticket: one for each SENT message, and at most one for each time that its event happened.
  for (const ticketId of new Set(rows.map((row) => row.ofTicket))) {
    const ofTicket = rows.filter((row) => row.ofTicket === ticketId);
    const least = ofTicket.filter(({ status }) => status === 'SENT').length;
    const most = ofTicket
      .filter(({ status, occurrence }) => status !== 'FAILED' || occurrence > 1)
      .reduce((sum, { occurrence }) => sum + occurrence, 0);
    const count = sms.taken.filter(({ body }) => body.includes(ticketId)).length;
    if (count < least || count > most)
      findings.broken(`${ticketId}: ${count} SMS arrived, expected ${least} to ${most}`);
  }
  const unknown = rows.filter(({ status }) => status === 'UNKNOWN').length;
  const most = sms.unanswered.length + worker.kills() * AT_ONCE;
  if (unknown > most) findings.broken(`${unknown} SMS are UNKNOWN, our faults explain ${most}`);
  findings.count('SMS: delivered', sms.taken.length);
}
