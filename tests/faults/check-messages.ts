import { messageIdOf } from '../../src/notifications/notification-key.ts';
import { notifications, ticketEvents, users } from '../../src/platform/db/tables/index.ts';
import { SENDER } from './environments.ts';
import type { Stage } from './stage.ts';

type Message = typeof notifications.$inferSelect;

/** Four jobs and a sweep. */
const AT_ONCE = 5;

/**
 * Checks that no message is missing or sent twice, except mails with the same Message-ID, and that failures are
 * visible.
 */
export async function checkMessages(stage: Stage, stuck: string): Promise<void> {
  const { db, findings } = stage;
  const rows = await db.select().from(notifications);
  const userOf = new Map((await db.select().from(users)).map((user) => [user.id, user]));

  const demanded = new Set<string>();
  for (const { ticketId, userId, type } of await db.select().from(ticketEvents)) {
    const event = type === 'CANCELLED' ? 'TICKET_CANCELLED' : type;
    if (!['TICKET_CANCELLED', 'REFUND_PROCESSED', 'REFUND_FAILED'].includes(event)) continue;
    demanded.add(`${ticketId} ${event} EMAIL`);
    if (userOf.get(userId)?.phone) demanded.add(`${ticketId} ${event} SMS`);
  }
  const noted = new Set(rows.map(({ ticketId, event, channel }) => `${ticketId} ${event} ${channel}`));
  for (const name of demanded) if (!noted.has(name)) findings.broken(`${name} was never noted down`);
  for (const name of noted) if (!demanded.has(name)) findings.broken(`${name} is of nothing that happened`);

  for (const { status, channel, ticketId, event, lastError } of rows) {
    findings.count(`${channel === 'SMS' ? 'SMS' : 'mails'}: messages that are ${status}`);
    const isSuperseded = status === 'FAILED' && lastError === 'superseded by a later event';
    if (status !== 'SENT' && !(channel === 'SMS' && status === 'UNKNOWN') && !isSuperseded)
      findings.broken(`${ticketId} ${event} ${channel} is ${status}: ${lastError}`);
    if (status === 'UNKNOWN' && !stuck.includes(`${ticketId}  ${event}`))
      findings.broken(`${ticketId} ${event}: list --stuck does not show this SMS`);
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
    if (!row || to !== `${row.userId}@example.com` || !text.includes(row.ticketId))
      findings.broken(`a mail to ${to} that nobody noted down: ${messageId} ${subject}`);
    const first = delivered.get(messageId);
    if (first !== undefined && first !== subject)
      findings.broken(`${messageId} was first "${first}", then "${subject}"`);
    delivered.set(messageId, subject);
  }
  for (const { providerId, ticketId, event, status } of rows)
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
  for (const { providerId, ticketId, event } of sent)
    if (!taken.get(providerId ?? '')?.body.includes(ticketId))
      findings.broken(`${ticketId}: the SMS ${event} is said to be sent as ${providerId}, and was not`);
  if (new Set(sent.map(({ providerId }) => providerId)).size < sent.length)
    findings.broken('two messages name one SMS');

  // Per ticket: one for each SENT message, and at most one for each time that its event happened.
  for (const ticketId of new Set(rows.map((row) => row.ticketId))) {
    const ofTicket = rows.filter((row) => row.ticketId === ticketId);
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
