import { eq } from 'drizzle-orm';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { refunds } from '../../src/platform/db/tables/index.ts';
import { compareBooks } from '../../src/refunds/compare-books.ts';
import { findStuckRefunds } from '../../src/refunds/find-refunds.ts';
import { readTicketBooks } from '../../src/refunds/read-ticket-books.ts';
import { refundIdOf } from '../../src/refunds/refund-id.ts';
import { sendRefund } from '../../src/refunds/send-refund.ts';
import { takeBackup } from '../support/backup.ts';
import { cancelWithoutApi } from '../support/cancel-ticket.ts';
import { brokenInvariants } from '../support/invariants.ts';
import { PATIENTLY } from '../support/patiently.ts';
import { startTestGateway } from '../support/refund-world.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { createTestClock } from '../support/test-clock.ts';
import { givenCatalogue, givenTicket, HOUR, MINUTE } from '../support/world.ts';

/** A policy whose fee is half of the price, so the rest of the payment would allow a second refund. */
const HALF = `insert into cancellation_policies (id, name, version, cutoff_minutes, tier_over_minutes, tier_fee_bps)
  values ('policy-half-v1', 'HALF', 1, 60, '{300,0}', '{5000,6000}')`;

const showStart = new Date('2024-12-15T18:00:00Z');
const before = new Date(showStart.getTime() - 6 * HOUR);
const key = { userId: 'user-asha', ticketId: 'TKT-1' };
const time = createTestClock(before);

let api: TestApi;
let provider: Awaited<ReturnType<typeof startTestGateway>>;
let restore: () => Promise<void>;
beforeEach(async () => {
  time.set(before);
  api = await startTestApi({ clock: time.clock });
  provider = await startTestGateway();
  const { db } = api.database;
  await db.execute(HALF);
  await givenCatalogue(db);
  await givenTicket(db, { id: 'TKT-1', showStart, policyId: 'policy-half-v1' });
  restore = await takeBackup(db);
});
afterEach(async () => {
  expect(await brokenInvariants(api.database.db)).toEqual([]);
  await provider.close();
  await api.close();
});

const cancel = () => cancelWithoutApi(api.database.db, time.clock, { ticketId: 'TKT-1' });

async function refund() {
  const [row] = await api.database.db.select().from(refunds);
  if (!row) throw new Error('no refund');
  return row;
}

async function send() {
  const { id: refundId } = await refund();
  const log = pino({ level: 'silent' });
  const { db } = api.database;
  const { gateway } = provider;
  await sendRefund({ db, clock: time.clock, jobs: api.jobs, gateway, log }, { userId: key.userId, refundId });
}

/** As the version before wrote it. */
async function useRandomId() {
  await api.database.db.update(refunds).set({ id: 'refund-0b6f9a52-0f0e-4c5e-8c35-3d7a5a1f0c11' });
}

const madeTwice = async () => (await provider.ledger()).refunds.length > 1;

describe('a ticket that is cancelled again after an older backup was restored', () => {
  it.each([
    ['under the same refund id', async () => {}],
    ['under a random refund id of the version before', useRandomId],
  ])('adopts the refund that the gateway made %s', async (_words, changeId) => {
    await cancel();
    await changeId();
    await send();
    const [made] = (await provider.ledger()).refunds;
    await restore();
    time.set(new Date(before.getTime() + 10 * MINUTE));
    await cancel();
    await vi.waitFor(async () => {
      time.set(new Date(time.clock.now().getTime() + 15 * MINUTE));
      await send();
      expect(await refund()).toMatchObject({ status: 'PROCESSED', gatewayRefundId: made?.id });
    }, PATIENTLY);
    expect(await madeTwice()).toBe(false);
  });

  it('is not refunded by a second worker of the database that was left behind', async () => {
    await cancel();
    const left = await refund();
    await restore();
    await cancel();
    expect((await refund()).id).toBe(left.id);
    expect(left.id).toBe(refundIdOf(key));
  });

  it('with a higher fee than before is never refunded again, and waits for a person', async () => {
    await cancel();
    await send();
    const [made] = (await provider.ledger()).refunds;
    await restore();
    time.set(new Date(showStart.getTime() - 2 * HOUR));
    await cancel();
    await send();
    expect(await madeTwice()).toBe(false);
    expect(await refund()).toMatchObject({
      status: 'PROCESSING',
      lastError: expect.stringContaining('amount'),
    });
    time.set(new Date(time.clock.now().getTime() + 16 * MINUTE));
    expect(await findStuckRefunds(api.database.db, time.clock)).toMatchObject([{ ticketId: 'TKT-1' }]);
    expect(made?.amount).toBe(18_500);
  });
});

describe('the comparison after a restore', () => {
  async function listAll() {
    const listed = await provider.gateway.listRefunds(new Date(0));
    if (listed.kind !== 'listed') throw new Error(listed.detail);
    return listed;
  }

  async function differences() {
    const { refunds: made } = await listAll();
    return compareBooks(made, await readTicketBooks(api.database.db, made));
  }

  it('finds nothing where the books agree', async () => {
    await cancel();
    await send();
    await vi.waitFor(async () => {
      time.set(new Date(time.clock.now().getTime() + 15 * MINUTE));
      await send();
      expect((await refund()).status).toBe('PROCESSED');
    }, PATIENTLY);
    expect(await differences()).toEqual([]);
  });

  it('names a ticket that is not cancelled, a refund that waits, and a ticket that is unknown', async () => {
    const { db } = api.database;
    await cancel();
    await send();
    const [made] = (await provider.ledger()).refunds;
    await restore();
    const said = `TKT-1 of user-asha: refunded 185.00 by ${made?.id}`;
    expect(await differences()).toEqual([`${said}, and here it is CONFIRMED`]);
    time.set(new Date(showStart.getTime() - 2 * HOUR));
    await cancel();
    const { id } = await refund();
    expect(await differences()).toEqual([
      `${said}, here the refund ${id} is of 148.00`,
      `${said}, here the refund ${id} is PROCESSING`,
    ]);
    const [listed] = (await listAll()).refunds;
    if (!listed) throw new Error('nothing is listed');
    const foreign = { ...listed, ticketId: 'TKT-2' };
    expect(compareBooks([foreign], await readTicketBooks(db, [foreign]))).toEqual([
      `TKT-2 of user-asha: refunded 185.00 by ${made?.id}, and there is no such ticket here`,
    ]);
  });

  it('names a ticket that was refunded twice', async () => {
    const { db } = api.database;
    await cancel();
    await send();
    const [listed] = (await listAll()).refunds;
    if (!listed) throw new Error('nothing is listed');
    const again = { ...listed, refund: { ...listed.refund, id: 'rfnd_2' } };
    await db
      .update(refunds)
      .set({ status: 'PROCESSED', nextAttemptAt: null, processedAt: before })
      .where(eq(refunds.ticketId, 'TKT-1'));
    expect(compareBooks([again, listed], await readTicketBooks(db, [again, listed]))).toEqual([
      `TKT-1 of user-asha: refunded more than once: rfnd_2, ${listed.refund.id}`,
    ]);
  });
});
