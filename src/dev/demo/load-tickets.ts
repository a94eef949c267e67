import { inArray, ne } from 'drizzle-orm';
import type { Transaction } from '../../platform/db/database.ts';
import { cancellationPolicies, showSeats, tickets } from '../../platform/db/tables/index.ts';
import { type OpenShow, planSales } from './plan-sales.ts';
import type { SeatForSale } from './sale.ts';
import type { PlannedShow } from './schedule.ts';
import { type DemoSeat, seatsOf } from './seat-layout.ts';
import { sellTicket } from './sell-ticket.ts';
import { SCREENS } from './theaters.ts';
import { FLAT_10, TIERED_10_20 } from './ticket-kinds.ts';
import { OTHER_USERS } from './users.ts';
import { writeTickets } from './write-tickets.ts';

/** Sells the tickets of the other demo users who have none, so only at the first start. */
export async function loadTickets(
  tx: Transaction,
  planned: readonly PlannedShow[],
  now: Date,
): Promise<void> {
  const customers = OTHER_USERS.filter((user) => user.tickets > 0);
  const customerIds = customers.map(({ id }) => id);
  const served = await tx
    .selectDistinct({ userId: tickets.userId })
    .from(tickets)
    .where(inArray(tickets.userId, customerIds));
  const waiting = customers.filter(({ id }) => !served.some(({ userId }) => userId === id));
  if (waiting.length === 0) return;

  const policies = await tx
    .select()
    .from(cancellationPolicies)
    .where(inArray(cancellationPolicies.id, [FLAT_10, TIERED_10_20]))
    .orderBy(cancellationPolicies.id);
  const open = await openShows(tx, planned);
  const sales = waiting.flatMap((user) => planSales(user.id, user.tickets, open, policies, now));
  await writeTickets(tx, sales.map(sellTicket));
}

async function openShows(tx: Transaction, planned: readonly PlannedShow[]): Promise<OpenShow[]> {
  const gone = await tx
    .select({ showId: showSeats.showId, seatId: showSeats.seatId })
    .from(showSeats)
    .where(ne(showSeats.status, 'AVAILABLE'));
  const goneKeys = new Set(gone.map(({ showId, seatId }) => `${showId} ${seatId}`));
  const seatsOfScreen = new Map(SCREENS.map((screen) => [screen.id, seatsOf(screen).map(forSale)]));
  return planned.map(({ id, startTime, screenId }) => ({
    id,
    startTime,
    seats: (seatsOfScreen.get(screenId) ?? []).filter(({ seatId }) => !goneKeys.has(`${id} ${seatId}`)),
  }));
}

function forSale({ id, row, number, seatType, price }: DemoSeat): SeatForSale {
  return { seatId: id, row, number, seatType, price };
}
