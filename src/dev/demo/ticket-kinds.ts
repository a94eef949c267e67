import type { paymentMode, ticketStatus } from '../../platform/db/tables/index.ts';
import { minutesAfter } from '../../platform/time/india-time.ts';
import { ENDGAME } from './movies.ts';
import type { SeatType } from './seat-layout.ts';

export const FLAT_10 = 'policy-flat-10-v1';
export const TIERED_10_20 = 'policy-tiered-10-20-v1';
/** Version 2 lets some of the seats be cancelled. */
const FLAT_10_V2 = 'policy-flat-10-v2';
const TIERED_10_20_V2 = 'policy-tiered-10-20-v2';

/** A kind of ticket that the demo user has after every start. Times are minutes, amounts are paise. */
export interface TicketKind {
  name: string;
  status: (typeof ticketStatus.enumValues)[number];
  policyId: string;
  /** When the show starts, relative to now. */
  showStart: readonly [earliest: number, latest: number];
  /** The time from the booking to now, or to the start of a past show. */
  bookedBefore: number;
  /** The time from the cancellation to the start of the show. */
  cancelledBefore?: number;
  /** How many of the seats were cancelled, and the time from that to now. */
  partlyCancelled?: { seats: number; before: number };
  seatType: SeatType;
  seats: number;
  /** The price that each seat must have. */
  seatPrice?: bigint;
  discount: bigint;
  convenienceFee: bigint;
  paymentMode: (typeof paymentMode.enumValues)[number];
  /** The preferred movie. */
  movieId?: string;
}

const HOUR = 60;
const DAY = 24 * HOUR;
const LONG_AGO = -3650 * DAY;
const OVER = [LONG_AGO, -5 * HOUR] as const;
const OVER_FOR_A_WEEK = [LONG_AGO, -6 * DAY] as const;
const IN_SOME_DAYS = [26 * HOUR, 6 * DAY] as const;

// biome-ignore format: a table
export const TICKET_KINDS: readonly TicketKind[] = [
  { name: 'days ahead', status: 'CONFIRMED', policyId: FLAT_10_V2, showStart: IN_SOME_DAYS, bookedBefore: 9 * HOUR, seatType: 'DIAMOND', seats: 3, discount: 0n, convenienceFee: 45_00n, paymentMode: 'CREDIT_CARD' },
  { name: 'the worked example', status: 'CONFIRMED', policyId: FLAT_10_V2, showStart: [5.5 * HOUR, 6.5 * HOUR], bookedBefore: 2 * HOUR, seatType: 'GOLD', seats: 2, seatPrice: 200_00n, discount: 50_00n, convenienceFee: 20_00n, paymentMode: 'UPI', movieId: ENDGAME },
  { name: 'about to start', status: 'CONFIRMED', policyId: FLAT_10, showStart: [25, 55], bookedBefore: 5 * HOUR, seatType: 'PLATINUM', seats: 1, discount: 0n, convenienceFee: 15_00n, paymentMode: 'WALLET' },
  { name: 'dearer to cancel late', status: 'CONFIRMED', policyId: TIERED_10_20_V2, showStart: IN_SOME_DAYS, bookedBefore: 26 * HOUR, seatType: 'PLATINUM', seats: 2, discount: 100_00n, convenienceFee: 30_00n, paymentMode: 'DEBIT_CARD', movieId: 'movie-dune-part-two' },
  { name: 'on hold', status: 'PENDING_PAYMENT', policyId: FLAT_10, showStart: [3 * HOUR, 2 * DAY], bookedBefore: 0, seatType: 'GOLD', seats: 2, discount: 0n, convenienceFee: 30_00n, paymentMode: 'UPI' },
  { name: 'seen', status: 'CONFIRMED', policyId: FLAT_10, showStart: OVER, bookedBefore: DAY, seatType: 'GOLD', seats: 2, discount: 0n, convenienceFee: 30_00n, paymentMode: 'NETBANKING' },
  { name: 'seen with friends', status: 'CONFIRMED', policyId: FLAT_10, showStart: OVER, bookedBefore: 3 * DAY, seatType: 'DIAMOND', seats: 12, discount: 250_00n, convenienceFee: 180_00n, paymentMode: 'CREDIT_CARD' },
  { name: 'seen alone', status: 'CONFIRMED', policyId: FLAT_10, showStart: OVER, bookedBefore: 2 * HOUR, seatType: 'PLATINUM', seats: 1, discount: 0n, convenienceFee: 0n, paymentMode: 'WALLET' },
  { name: 'seen under the tiers', status: 'CONFIRMED', policyId: TIERED_10_20, showStart: OVER, bookedBefore: 2 * DAY, seatType: 'DIAMOND', seats: 4, discount: 0n, convenienceFee: 60_00n, paymentMode: 'UPI' },
  { name: 'cancelled', status: 'CANCELLED', policyId: FLAT_10, showStart: OVER_FOR_A_WEEK, bookedBefore: 3 * DAY, cancelledBefore: 2 * DAY, seatType: 'GOLD', seats: 3, discount: 0n, convenienceFee: 45_00n, paymentMode: 'UPI' },
  { name: 'cancelled late', status: 'CANCELLED', policyId: TIERED_10_20, showStart: OVER_FOR_A_WEEK, bookedBefore: 2 * DAY, cancelledBefore: 5 * HOUR, seatType: 'DIAMOND', seats: 2, discount: 75_00n, convenienceFee: 30_00n, paymentMode: 'CREDIT_CARD' },
  { name: 'never paid', status: 'EXPIRED', policyId: FLAT_10, showStart: OVER, bookedBefore: DAY, seatType: 'GOLD', seats: 4, discount: 0n, convenienceFee: 60_00n, paymentMode: 'UPI' },
  { name: 'one friend cannot come', status: 'CONFIRMED', policyId: FLAT_10_V2, showStart: IN_SOME_DAYS, bookedBefore: 8 * DAY, partlyCancelled: { seats: 1, before: 6 * DAY }, seatType: 'GOLD', seats: 4, discount: 100_00n, convenienceFee: 60_00n, paymentMode: 'UPI' },
];

export function showWindow({ showStart: [earliest, latest] }: TicketKind, now: Date) {
  return { earliest: minutesAfter(now, earliest), latest: minutesAfter(now, latest) };
}
