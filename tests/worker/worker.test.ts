import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Mail } from '../../src/notifications/mailer.ts';
import { systemClock } from '../../src/platform/db/clock.ts';
import { notifications, refunds, tickets } from '../../src/platform/db/tables/index.ts';
import { logError } from '../../src/platform/errors/log-error.ts';
import { startWorker, type Worker } from '../../src/worker/start-worker.ts';
import { SWEEPS } from '../../src/worker/sweep.ts';
import type { WorkerServices } from '../../src/worker/worker-services.ts';
import { cancelWithoutApi } from '../support/cancel-ticket.ts';
import { brokenInvariants } from '../support/invariants.ts';
import { connectOutsider } from '../support/lock-waiters.ts';
import { PATIENTLY } from '../support/patiently.ts';
import { startTestGateway } from '../support/refund-world.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { mailerOf, workerServices } from '../support/worker-services.ts';
import { givenCatalogue, givenTicket, HOUR, MINUTE } from '../support/world.ts';

let api: TestApi;
let provider: Awaited<ReturnType<typeof startTestGateway>>;
let services: WorkerServices;
let mails: Mail[];
const workers: Worker[] = [];
beforeEach(async () => {
  api = await startTestApi();
  provider = await startTestGateway({ origin: api.origin });
  mails = [];
  services = workerServices(api, {
    gateway: provider.gateway,
    mailer: mailerOf(async (mail) => void mails.push(mail)),
    sms: { send: async () => ({ kind: 'sent', id: 'SM1' }) },
  });
  await givenCatalogue(api.database.db);
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop();
  expect(await brokenInvariants(api.database.db)).toEqual([]);
  await provider.close();
  await api.close();
});

const sweep = () => Promise.all(SWEEPS.map((one) => one(services)));
const start = (url = api.database.url) => workers.push(startWorker(services, url));
const jobsLeft = async () =>
  (await api.database.db.execute(sql`select from graphile_worker._private_jobs`)).length;

async function cancel(id: string): Promise<void> {
  await givenTicket(api.database.db, { id, showStart: new Date(Date.now() + 6 * HOUR) });
  await cancelWithoutApi(api.database.db, systemClock, { ticketId: id });
}

const allDone = () =>
  vi.waitFor(
    async () => {
      const { db } = api.database;
      expect((await db.select().from(refunds)).map((row) => row.status)).not.toContain('PROCESSING');
      expect((await db.select().from(notifications)).map((row) => row.status)).not.toContain('PENDING');
    },
    { ...PATIENTLY, interval: 100 },
  );

describe('a worker', () => {
  it('sends the refund and notifications of a cancellation as soon as it is committed', async () => {
    start();
    await cancel('TKT-1');
    await allDone();
    await vi.waitFor(() => expect(mails).toHaveLength(2), PATIENTLY);
    expect((await provider.ledger()).refunds).toHaveLength(1);
  });

  it('processes cancellations from before its start', async () => {
    await cancel('TKT-1');
    start();
    await allDone();
  });

  it('logs a failed job without the parameters of its statements, even at the lowest level', async () => {
    const { db } = api.database;
    const lines: string[] = [];
    const write = (line: string) => lines.push(line);
    services.log = pino({ level: 'trace', serializers: { err: logError } }, { write });
    await cancel('TKT-1');
    await db.execute(sql`alter table refunds rename to away`);
    start();
    await vi.waitFor(() => expect(lines.join('')).toContain('"msg":"Failed task'), PATIENTLY);
    await db.execute(sql`alter table away rename to refunds`);
    expect(lines.join('')).toContain('relation \\"refunds\\" does not exist');
    expect(lines.join('')).not.toMatch(/user-asha|params:/);
    await allDone();
  });

  it('sweeps lost jobs and expired holds', async () => {
    const { db } = api.database;
    await cancel('TKT-1');
    const bookingTime = new Date(Date.now() - 6 * MINUTE);
    const hold = { id: 'TKT-HOLD', status: 'PENDING_PAYMENT' as const, bookingTime };
    await givenTicket(db, { ...hold, showStart: new Date(Date.now() + 6 * HOUR) });
    await db.execute(sql`delete from graphile_worker._private_jobs`);
    await sweep();
    await vi.waitFor(
      async () => expect((await db.select().from(refunds))[0]?.status).toBe('PROCESSED'),
      PATIENTLY,
    );
    await sweep();
    await allDone();
    expect(mails).toHaveLength(2);
    const [expired] = await db.select().from(tickets).where(sql`id = 'TKT-HOLD'`);
    expect(expired?.status).toBe('EXPIRED');
  });

  it('does everything once beside another worker', async () => {
    start();
    start();
    for (let n = 0; n < 10; n += 1) await cancel(`TKT-${n}`);
    await allDone();
    await vi.waitFor(() => expect(mails).toHaveLength(20), PATIENTLY);
    expect((await provider.ledger()).refunds).toHaveLength(10);
    expect(new Set(mails.map((mail) => mail.messageId)).size).toBe(20);
  });

  it('recovers when the queue loses its connection', async () => {
    start();
    await cancel('TKT-1');
    await allDone();
    await api.database.db.execute(
      sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name <> 'usher'`,
    );
    await cancel('TKT-2');
    await allDone();
    // If it was fetching a job, the queue itself writes a trace to the console.
    vi.mocked(console.error).mockClear();
  });

  it('recovers when several jobs could not be marked as done', async () => {
    const log: string[] = [];
    services.log = pino({ level: 'trace' }, { write: (line: string) => log.push(line) });
    start();
    // The sweep with which it starts is over then.
    await cancel('TKT-0');
    await allDone();
    const sending: (() => void)[] = [];
    services.mailer.send = (mail) =>
      new Promise((resolve) => {
        const sent = () => resolve(void mails.push(mail));
        if (mail.attachments.length === 0) sent();
        else sending.push(sent);
      });
    const waitingForEarlier = async () => {
      const [row] = await api.database.db.execute<{ messages: number }>(sql`
        select count(*)::int as messages from notifications
        where event = 'REFUND_PROCESSED' and channel = 'EMAIL' and lease = 0 and next_attempt_at > created_at`);
      return row?.messages;
    };
    await cancel('TKT-1');
    await cancel('TKT-2');
    await vi.waitFor(async () => {
      expect(sending).toHaveLength(2);
      // The refunds' messages wait for these two: no further job is to come.
      expect(await waitingForEarlier()).toBe(2);
      expect(mails.filter(({ attachments }) => attachments.length === 0)).toHaveLength(1);
      expect(await jobsLeft()).toBe(2);
    }, PATIENTLY);

    const { sql: outsider, close } = connectOutsider(api.database.url);
    await outsider.begin(async (tx) => {
      await tx`select from graphile_worker._private_jobs for update`;
      const marking = outsider`
        from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'usher queue' and query like '%delete%'`;
      for (const [index, sent] of sending.splice(0).entries()) {
        sent();
        await vi.waitFor(
          async () => expect(await outsider`select ${marking}`).toHaveLength(index + 1),
          PATIENTLY,
        );
      }
      await outsider`select pg_terminate_backend(pid) ${marking}`;
      const failed = () => log.filter((line) => line.includes('Failed to complete jobs'));
      await vi.waitFor(() => expect(failed()).toHaveLength(2), PATIENTLY);
    });
    await close();

    services.mailer.send = async (mail) => void mails.push(mail);
    await cancel('TKT-3');
    await allDone();
    // Those of the other two stay locked by the queue that has ended.
    await vi.waitFor(async () => expect(await jobsLeft()).toBe(2), PATIENTLY);
  }, 180_000);

  it('recovers when the connections of its queue hang', async () => {
    const proxy = await startTcpProxy(api.database.url);
    start(proxy.url);
    await cancel('TKT-1');
    await vi.waitFor(async () => expect(await jobsLeft()).toBe(0), PATIENTLY);
    proxy.freezeOpen(1);
    await cancel('TKT-2');
    // The sweep would do the work, but take no job away.
    await vi.waitFor(async () => expect(await jobsLeft()).toBe(0), { timeout: 60_000, interval: 100 });
    for (const worker of workers.splice(0)) await worker.stop();
    await proxy.close();
    // graphile-worker may print that it got no answer, depending on what it was just asking.
    vi.mocked(console.error).mockClear();
  }, 180_000);

  it('sends refunds even if it cannot send mail', async () => {
    services = { ...services, mailer: { ...services.mailer, send: () => Promise.reject(new Error('down')) } };
    start();
    await cancel('TKT-1');
    await vi.waitFor(
      async () => expect((await api.database.db.select().from(refunds))[0]?.status).toBe('PROCESSED'),
      PATIENTLY,
    );
    expect(await api.database.db.select().from(notifications)).toMatchObject([
      { status: 'PENDING' },
      { status: 'PENDING' },
    ]);
  });
});
