import type { cancellationPolicies } from '../../platform/db/tables/index.ts';
import { minutesAfter } from '../../platform/time/india-time.ts';
import type { Sale, SeatForSale } from './sale.ts';
import { pick, seededRandom } from './seeded-random.ts';

/** A show with its free seats. Planning a sale removes the sold ones. */
export interface OpenShow {
  id: string;
  startTime: Date;
  seats: SeatForSale[];
}

const PARTIES = [1, 1, 2, 2, 2, 3, 4, 5, 12];
const MODES = ['CREDIT_CARD', 'NETBANKING', 'UPI', 'WALLET', 'DEBIT_CARD'] as const;
/** Minutes. */
const DAY = 24 * 60;

/** Plans a user's tickets over the shows: most are kept, some are cancelled, a few are never paid. */
export function planSales(
  userId: string,
  count: number,
  shows: readonly OpenShow[],
  policies: readonly (typeof cancellationPolicies.$inferSelect)[],
  now: Date,
): Sale[] {
  const random = seededRandom(userId);
  return Array.from({ length: count }, (_, ordinal) => {
    const party = pick(random, PARTIES);
    const roomy = shows.filter(({ seats }) => seats.length >= party);
    const show = pick(random, roomy);
    return {
      userId,
      ordinal,
      show,
      seats: show.seats.splice(Math.floor(random() * (show.seats.length - party + 1)), party),
      policy: pick(random, policies),
      discount: pick(random, [0n, 0n, 50_00n]),
      convenienceFee: 15_00n * BigInt(party),
      paymentMode: pick(random, MODES),
      ...planFate(ordinal, show.startTime < now ? show.startTime : now, random()),
    };
  });
}

/** @param chance in [0, 1): how long before `latest` it was booked */
function planFate(ordinal: number, latest: Date, chance: number) {
  const bookingTime = minutesAfter(latest, -15 - Math.floor(chance * 6 * DAY));
  if (ordinal % 40 === 13) return { status: 'EXPIRED', bookingTime, cancelledAt: null } as const;
  if (ordinal % 20 !== 7) return { status: 'CONFIRMED', bookingTime, cancelledAt: null } as const;
  // Eight days earlier, so that the money has long been paid back.
  const booked = minutesAfter(bookingTime, -8 * DAY);
  return { status: 'CANCELLED', bookingTime: booked, cancelledAt: minutesAfter(booked, DAY) } as const;
}
