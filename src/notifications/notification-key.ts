import { createHash } from 'node:crypto';
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { notifications } from '../platform/db/tables/index.ts';
import { FIRST_STEP } from '../tickets/payments/refund-step.ts';

type Row = typeof notifications.$inferSelect;

/** The refund that a message is about: the first one of a ticket, or another by its id. The other field is null. */
export type NotificationSubject = Pick<Row, 'userId' | 'ticketId' | 'refundId'>;

/** The key of a notification. */
export type NotificationKey = NotificationSubject & Pick<Row, 'event' | 'channel'>;

/** Returns how messages name a refund. */
export function subjectOf({
  userId,
  ticketId,
  refundId,
  step,
}: {
  userId: string;
  ticketId: string;
  refundId: string;
  step: number;
}): NotificationSubject {
  return step === FIRST_STEP ? { userId, ticketId, refundId: null } : { userId, ticketId: null, refundId };
}

/** The condition that selects the notifications about a refund. */
export function isAbout({ userId, ticketId, refundId }: NotificationSubject): SQL | undefined {
  return and(
    eq(notifications.userId, userId),
    ticketId === null ? undefined : eq(notifications.ticketId, ticketId),
    refundId === null ? undefined : eq(notifications.refundId, refundId),
    ticketId === null && refundId === null ? sql`false` : undefined,
  );
}

/** The condition that selects a notification by its key. */
export function isNotification({ event, channel, ...subject }: NotificationKey): SQL | undefined {
  return and(isAbout(subject), eq(notifications.event, event), eq(notifications.channel, channel));
}

/**
 * The Message-ID of a mail. It depends only on the key, on how often the event has happened and on the sender's domain,
 * so mail programs recognise a mail that was sent twice, and show a new one.
 */
export function messageIdOf(
  { userId, ticketId, refundId, event }: NotificationKey,
  occurrence: number,
  sender: string,
): string {
  const subject = ticketId ?? refundId;
  const domain = sender.slice(sender.lastIndexOf('@') + 1);
  const digest = createHash('sha256')
    .update(JSON.stringify([userId, subject, event, ...(occurrence > 1 ? [occurrence] : [])]))
    .digest('hex');
  return `<${event.toLowerCase().replaceAll('_', '-')}.${subject}.${digest.slice(0, 16)}@${domain}>`;
}
