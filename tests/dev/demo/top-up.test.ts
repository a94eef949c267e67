import { and, eq, inArray, max, sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DEMO_USER, loadDemoData } from '../../../src/dev/demo/load-demo-data.ts';
import type { Clock } from '../../../src/platform/db/clock.ts';
import {
  cancellationAttempts,
  refunds,
  showSeats,
  shows,
  ticketEvents,
  tickets,
} from '../../../src/platform/db/tables/index.ts';
import { cancelWithoutApi } from '../../support/cancel-ticket.ts';
import { brokenInvariants, overlappingShows } from '../../support/invariants.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { DEMONSTRATIONS } from './demonstrations.ts';
import { ownedTickets } from './owned-tickets.ts';

const NOW = new Date('2026-08-15T17:20:00.000+05:30');
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await loadDemoData(database.db, NOW);
});
afterEach(() => database.close());

it('demonstrates everything again a week later, and shows reach as far ahead as before', async () => {
  const later = new Date(NOW.getTime() + 7 * DAY);
  await loadDemoData(database.db, later);
  expect(await undemonstrated(later)).toEqual([]);
  const [last] = await database.db.select({ start: max(shows.startTime) }).from(shows);
  expect(last?.start?.getTime()).toBeGreaterThan(later.getTime() + 7 * DAY);
  await expectRulesToHold();
});

it('demonstrates everything again after the user cancelled all they could: that stays, their attempts are forgotten', async () => {
  const upcoming = (await ownedTickets(database.db, NOW)).filter(
    ({ ticket, minutesAhead }) => ticket.status === 'CONFIRMED' && minutesAhead > 60,
  );
  for (const { ticket } of upcoming) await cancel(ticket);
  const attempt = (userId: string) => ({ userId, id: 'attempt-1', attemptedAt: NOW });
  await database.db.insert(cancellationAttempts).values([attempt(DEMO_USER.id), attempt('user-meera')]);
  const cancelled = upcoming.map(({ ticket }) => ticket.id);
  const before = await rowsOf(cancelled);

  await loadDemoData(database.db, NOW);

  expect(cancelled).toHaveLength(4);
  // Of one, a seat was cancelled before.
  expect(before.refunds).toHaveLength(5);
  expect(await rowsOf(cancelled)).toEqual(before);
  expect(await undemonstrated(NOW)).toEqual([]);
  expect(await database.db.select().from(cancellationAttempts)).toEqual([attempt('user-meera')]);
  await expectRulesToHold();
});

it('keeps a hold while it has time, then ends it, frees its seats and makes a new one', async () => {
  const [old] = await holds();
  await loadDemoData(database.db, new Date(NOW.getTime() + 4 * MINUTE));
  expect(await holds()).toEqual([old]);

  const later = new Date(NOW.getTime() + 5 * MINUTE);
  await loadDemoData(database.db, later);

  const [fresh, ...others] = await holds();
  expect(others).toEqual([]);
  expect(fresh?.holdExpiresAt).toEqual(new Date(later.getTime() + 5 * MINUTE));
  const rows = await rowsOf([old?.id ?? '']);
  expect(rows.tickets).toMatchObject([{ status: 'EXPIRED', holdExpiresAt: later }]);
  expect(rows.events).toMatchObject([{ seq: 1 }, { seq: 2, type: 'EXPIRED', actor: 'SYSTEM', at: later }]);
  await expectRulesToHold();
});

it('demonstrates everything at any time of day, however often it is started', async () => {
  for (let minutes = 0; minutes <= 24 * 60; minutes += 45) {
    const later = new Date(NOW.getTime() + minutes * MINUTE);
    await loadDemoData(database.db, later);
    expect(await undemonstrated(later), later.toISOString()).toEqual([]);
  }
  await expectRulesToHold();
});

async function undemonstrated(now: Date): Promise<string[]> {
  const owned = await ownedTickets(database.db, now);
  return Object.keys(DEMONSTRATIONS).filter((name) => !owned.some(DEMONSTRATIONS[name] ?? (() => false)));
}

async function expectRulesToHold(): Promise<void> {
  expect(await brokenInvariants(database.db)).toEqual([]);
  expect(await overlappingShows(database.db)).toEqual([]);
}

async function cancel({ id: ticketId, showId }: { id: string; showId: string }): Promise<void> {
  const clock: Clock = { now: () => NOW, inTransaction: sql<string>`${NOW.toISOString()}::timestamptz` };
  expect(
    await cancelWithoutApi(database.db, clock, { userId: DEMO_USER.id, ticketId, showId }),
  ).toMatchObject({ kind: 'cancelled' });
}

function holds() {
  return database.db
    .select()
    .from(tickets)
    .where(and(eq(tickets.userId, DEMO_USER.id), eq(tickets.status, 'PENDING_PAYMENT')));
}

async function rowsOf(ids: string[]) {
  const { db } = database;
  return {
    tickets: await db.select().from(tickets).where(inArray(tickets.id, ids)).orderBy(tickets.id),
    events: await db
      .select()
      .from(ticketEvents)
      .where(inArray(ticketEvents.ticketId, ids))
      .orderBy(ticketEvents.ticketId, ticketEvents.seq),
    refunds: await db.select().from(refunds).where(inArray(refunds.ticketId, ids)).orderBy(refunds.id),
    held: await db.select().from(showSeats).where(inArray(showSeats.ticketId, ids)),
  };
}
