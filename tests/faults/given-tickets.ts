import { pick, seededRandom } from '../../src/dev/demo/seeded-random.ts';
import type { Database } from '../../src/platform/db/database.ts';
import { users } from '../../src/platform/db/tables/index.ts';
import { givenCatalogue, givenShow, givenTicket, HOUR, MINUTE } from '../support/world.ts';

export interface TicketToCancel {
  id: string;
  userId: string;
  /** The payment provider's id of the payment. */
  paymentId: string;
  /** The ids of seats that can be cancelled before the rest; empty if the ticket cannot be cancelled in parts. */
  part: string[];
}

const TICKETS_A_USER = 2;
const POLICIES = [
  'policy-flat-10-v1',
  'policy-tiered-10-20-v1',
  'policy-flat-10-v2',
  'policy-tiered-10-20-v2',
];
const SEATS_A_SHOW = 20;
/** A price of one rupee: the refund is below the minimum of the payment provider, which refuses it. */
const CHEAP_TICKET = { seatNumbers: ['1'], discount: 19_900n, convenienceFee: 0n };

/**
 * Inserts tickets with one to four seats, various amounts, policies and tiers, for users with phones.
 *
 * @param inParts how many of the first ones can be cancelled in parts; of the others, some can
 */
export async function givenTickets(
  db: Database,
  count: number,
  seed: number,
  inParts = 0,
): Promise<TicketToCancel[]> {
  const random = seededRandom(`the tickets of ${seed}`);
  const sold: TicketToCancel[] = [];
  let showId = '';
  let showStart = new Date();
  let seatsTaken = SEATS_A_SHOW;
  await givenCatalogue(db);
  for (let number = 1; number <= count; number++) {
    const userId = `user-${Math.ceil(number / TICKETS_A_USER)}`;
    await givenUserWithPhone(db, userId, number);
    const seats = number <= inParts ? 3 : pick(random, [1, 2, 3, 4]);
    const policyId = number <= inParts ? 'policy-tiered-10-20-v2' : pick(random, POLICIES);
    if (seatsTaken + seats > SEATS_A_SHOW) {
      showId = `show-${number}`;
      // Even the earliest show can still be cancelled for hours, also on a slow machine.
      showStart = new Date(Date.now() + 6 * HOUR + Math.floor(random() * 40) * HOUR);
      seatsTaken = 0;
      await givenShow(db, showId, showStart);
    }
    const seatNumbers = Array.from({ length: seats }, (_, index) => String(seatsTaken + index + 1));
    // All of the same length, so that no id is a prefix of another.
    const id = `TKT-FAULTS-${String(number).padStart(5, '0')}`;
    await givenTicket(db, {
      id,
      userId,
      showStart,
      bookingTime: new Date(Date.now() - Math.ceil(random() * 600) * MINUTE),
      discount: BigInt(Math.floor(random() * 10_000)),
      convenienceFee: BigInt(Math.floor(random() * 5_000)),
      policyId,
      // Each has its own show, because each takes the first seat.
      ...(number === count ? CHEAP_TICKET : { showId, seatNumbers }),
    });
    if (number < count) seatsTaken += seats;
    const isWhole = seats < 2 || number === count || policyId.endsWith('v1');
    const first = seatNumbers.slice(0, Math.ceil(seats / 2)).map((seat) => `${id}:A${seat}`);
    sold.push({ id, userId, paymentId: `pay_${id}`, part: isWhole ? [] : first });
  }
  return sold;
}

async function givenUserWithPhone(db: Database, id: string, number: number): Promise<void> {
  const phone = `+9198${String(number).padStart(8, '0')}`;
  const row = { id, name: id, email: `${id}@example.com`, phone };
  await db.insert(users).values(row).onConflictDoNothing();
}
