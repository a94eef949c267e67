import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import type { Database } from '../../src/platform/db/database.ts';
import { notifications, refunds } from '../../src/platform/db/tables/index.ts';
import { isUnderWay } from '../faults/messages-under-way.ts';
import { until } from '../faults/until.ts';
import { brokenInvariants } from '../support/invariants.ts';
import type { Stage } from './stage.ts';

/** Waits until the workers have nothing left to do. */
export async function untilSettled(db: Database): Promise<void> {
  await until('every refund is made and every message sent', 60, async () => {
    const processing = await db.$count(refunds, eq(refunds.status, 'PROCESSING'));
    return processing + (await db.$count(notifications, isUnderWay)) === 0;
  });
}

/** Checks that each refund was made once, each message was sent once, and all invariants hold. */
export async function expectOnce(db: Database, { books, mail, sms }: Stage): Promise<void> {
  const refunded = await db.select().from(refunds);
  expect(refunded.map(({ status }) => status)).toEqual(refunded.map(() => 'PROCESSED'));
  const { made, refused } = await books();
  expect(made.map(({ key }) => key).sort()).toEqual(refunded.map(({ id }) => `${id}-1`).sort());
  expect(refused.size).toBe(0);

  const messages = await db.select().from(notifications);
  // For each refund: cancelled and processed, by mail and by SMS.
  expect(messages.map(({ status }) => status)).toEqual(refunded.flatMap(() => Array(4).fill('SENT')));
  const idsOf = (channel: string) =>
    messages.filter((message) => message.channel === channel).map(({ providerId }) => providerId);
  expect(mail.mails.map(({ messageId }) => messageId).sort()).toEqual(idsOf('EMAIL').sort());
  expect(sms.taken.map(({ sid }) => sid).sort()).toEqual(idsOf('SMS').sort());
  expect(await brokenInvariants(db)).toEqual([]);
}
