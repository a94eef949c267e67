import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/platform/db/clock.ts';
import { notifications, tickets } from '../../src/platform/db/tables/index.ts';
import { newTraceId } from '../../src/platform/telemetry/trace.ts';
import { sendNotificationsJob } from '../../src/worker/send-notifications.job.ts';
import { SWEEPS } from '../../src/worker/sweep.ts';
import type { WorkerServices } from '../../src/worker/worker-services.ts';
import { cancelWithoutApi } from '../support/cancel-ticket.ts';
import { connectOutsider } from '../support/lock-waiters.ts';
import { PATIENTLY } from '../support/patiently.ts';
import { startTestGateway } from '../support/refund-world.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { mailerOf, workerServices } from '../support/worker-services.ts';
import { givenCatalogue, givenShow, givenTicket, givenUser, HOUR, MINUTE } from '../support/world.ts';

/** Work of one kind does not wait for work of another, nor for rows that others have locked. */

let api: TestApi;
let provider: Awaited<ReturnType<typeof startTestGateway>>;
let services: WorkerServices;
let texts: number;
let releaseMails: () => void;
beforeEach(async () => {
  api = await startTestApi();
  provider = await startTestGateway({ origin: api.origin });
  texts = 0;
  const released = new Promise<void>((resolve) => {
    releaseMails = resolve;
  });
  services = workerServices(api, {
    gateway: provider.gateway,
    mailer: mailerOf(() => released),
    sms: {
      send: async () => {
        texts += 1;
        return { kind: 'sent', id: 'SM1' };
      },
    },
  });
  await givenCatalogue(api.database.db);
});
afterEach(async () => {
  await provider.close();
  await api.close();
});

async function cancelSome(count: number): Promise<void> {
  const { db } = api.database;
  await givenUser(db, 'user-asha');
  await db.execute(sql`update users set phone = '+910000000101'`);
  for (let n = 0; n < count; n += 1) {
    await givenTicket(db, { id: `TKT-${n}`, showStart: new Date(Date.now() + 6 * HOUR) });
    await cancelWithoutApi(db, systemClock, { ticketId: `TKT-${n}` });
  }
}

it('SMS are sent while a mail server hangs: by sweeps', async () => {
  await cancelSome(8);
  const sweeping = Promise.all(SWEEPS.map((sweep) => sweep(services)));
  const expected = await api.database.db.$count(notifications, sql`channel = 'SMS'`);
  expect(expected).toBeGreaterThanOrEqual(8);
  await vi.waitFor(() => expect(texts).toBe(expected), PATIENTLY);
  releaseMails();
  await sweeping;
});

it('SMS are sent while a mail server hangs: by a job', async () => {
  await cancelSome(1);
  const key = { userId: 'user-asha', ticketId: 'TKT-0', event: 'TICKET_CANCELLED', traceId: newTraceId() };
  const running = sendNotificationsJob.task(services, new AbortController().signal)(key, {} as never);
  await vi.waitFor(() => expect(texts).toBe(1), PATIENTLY);
  releaseMails();
  await running;
});

it('holds that others have locked hide none behind them', async () => {
  const { db } = api.database;
  const showStart = new Date(Date.now() + 6 * HOUR);
  await givenShow(db, 'show-1', showStart);
  await givenUser(db, 'user-asha');
  // Older than the one behind them, and more than a batch.
  await db.insert(tickets).values(
    Array.from({ length: 110 }, (_, n) => ({
      userId: 'user-asha',
      id: `TKT-locked-${n}`,
      showId: 'show-1',
      status: 'PENDING_PAYMENT' as const,
      bookingTime: new Date(Date.now() - 3 * HOUR),
      holdExpiresAt: new Date(Date.now() - 2 * HOUR),
      baseAmount: 0n,
      totalAmount: 0n,
    })),
  );
  await givenTicket(db, {
    id: 'TKT-behind',
    showStart,
    status: 'PENDING_PAYMENT',
    bookingTime: new Date(Date.now() - 30 * MINUTE),
  });
  const statusOf = async () => {
    const [row] = await db.select().from(tickets).where(sql`id = 'TKT-behind'`);
    return row?.status;
  };
  const outsider = connectOutsider(api.database.url);
  await outsider.sql.begin(async (tx) => {
    await tx`select from tickets where id like 'TKT-locked-%' for update`;
    releaseMails();
    await Promise.all(SWEEPS.map((sweep) => sweep(services)));
    expect(await statusOf()).toBe('EXPIRED');
  });
  await outsider.close();
});
