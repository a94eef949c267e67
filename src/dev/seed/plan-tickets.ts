import { sql } from 'drizzle-orm';
import type { Transaction } from '../../platform/db/database.ts';
import { SEATS_PER_ROW } from './load-halls.ts';
import type { ShowRange } from './load-shows.ts';
import { DESK } from './load-users.ts';
import { MOST_TICKETS_OF_THE_DESK, type SeedSize, TICKETS_PER_SHOW } from './seed-size.ts';

/** The numbers of seats of ten tickets. A show sells this five times. The last 10 of its 120 seats are reserved. */
const PARTIES = [2, 1, 2, 4, 2, 3, 1, 2, 2, 3];
const SEATS_OF_TEN = PARTIES.reduce((sum, seats) => sum + seats, 0);
const FIRST_SEATS = PARTIES.map((_, nth) => PARTIES.slice(0, nth).reduce((sum, seats) => sum + seats, 0));

/** The price in paise of the seat at a place. Places count from 0 through all rows. */
export const PRICE_AT_PLACE = sql.raw(
  `(case when place < ${5 * SEATS_PER_ROW} then 20000 when place < ${8 * SEATS_PER_ROW} then 28000 else 42000 end)`,
);

/**
 * Plans the tickets of some shows, in a temporary table planned_tickets of this transaction. The random numbers come
 * from the MD5 of the ticket's number, so the same seed at the same time gives the same rows.
 */
export async function planTickets(
  tx: Transaction,
  { tickets, users }: SeedSize,
  { first, end }: ShowRange,
  now: Date,
): Promise<void> {
  await tx.execute(sql`
    create temporary table planned_tickets on commit drop as
    select
      lpad(n::text, 10, '0') as code,
      case when n % 10 = 0 and n / 10 < ${MOST_TICKETS_OF_THE_DESK}::int then ${DESK}
        else 'user-seed-' || kind || '-' || 1 + user_dice % (${JSON.stringify(users)}::jsonb ->> kind)::int end as user_id,
      shows.id as show_id,
      case when policy_dice < 64 then 'policy-tiered-10-20-v1' else 'policy-flat-10-v1' end as policy_id,
      status,
      shows.start_time,
      shows.end_time,
      (case status when 'PENDING_PAYMENT' then moment - make_interval(secs => lead_dice % 240)
        else booked end)::timestamptz(3) as booking_time,
      (case status when 'CANCELLED' then booked + interval '10 minutes'
        + trunc(extract(epoch from last_call - booked - interval '10 minutes') * cancel_dice / 256) * interval '1 second'
        end)::timestamptz(3) as cancelled_at,
      first_place,
      seats,
      (select sum(${PRICE_AT_PLACE}) from generate_series(first_place, first_place + seats - 1) as place)::bigint as base_amount,
      case when policy_dice % 4 = 0 then 5000 else 0 end as discount,
      1000 * seats as convenience_fee,
      (enum_range(null::payment_mode))[1 + mode_dice % 5] as payment_mode
    from generate_series(${first * TICKETS_PER_SHOW}::int, ${Math.min(end * TICKETS_PER_SHOW, tickets) - 1}::int) as n
    join shows on shows.id = 'show-seed-' || n / ${TICKETS_PER_SHOW}::int
    cross join (select ${now.toISOString()}::timestamptz as moment) as clock
    cross join lateral (select decode(md5('ticket ' || n), 'hex') as dice) as thrown
    cross join lateral (select
      get_byte(dice, 0) as status_dice,
      get_byte(dice, 1) as policy_dice,
      get_byte(dice, 2) as cancel_dice,
      get_byte(dice, 3) as mode_dice,
      get_byte(dice, 4) * 65536 + get_byte(dice, 5) * 256 + get_byte(dice, 6) as user_dice,
      get_byte(dice, 7) * 256 + get_byte(dice, 8) as lead_dice,
      (array['occasional', 'regular', 'company'])[1 + n % 3] as kind,
      ${SEATS_OF_TEN}::int * (n % ${TICKETS_PER_SHOW}::int / 10) + (${sql.param(FIRST_SEATS)}::int[])[1 + n % 10] as first_place,
      (${sql.param(PARTIES)}::int[])[1 + n % 10] as seats,
      date_trunc('second', least(shows.start_time, moment)) - interval '90 minutes' as last_call) as decided
    -- Up to a fortnight before the show or now, and at least half an hour before the last call for cancelling.
    cross join lateral (select last_call - make_interval(mins => 30 + lead_dice % 20160) as booked,
      (case
        when status_dice = 0 and shows.start_time > moment + interval '10 minutes' then 'PENDING_PAYMENT'
        when status_dice < 14 then 'EXPIRED'
        when status_dice < 44 then 'CANCELLED'
        else 'CONFIRMED' end)::ticket_status as status) as fate`);
}
