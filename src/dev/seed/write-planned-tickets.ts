import { sql } from 'drizzle-orm';
import type { Transaction } from '../../platform/db/database.ts';
import { SEATS_PER_ROW } from './load-halls.ts';
import type { ShowRange } from './load-shows.ts';
import { PRICE_AT_PLACE } from './plan-tickets.ts';

/** Inserts all rows of the tickets in planned_tickets, and the show seats of their shows. */
export async function writePlannedTickets(tx: Transaction, range: ShowRange): Promise<void> {
  await tx.execute(sql`
    insert into tickets (user_id, id, show_id, policy_id, status, booking_time, hold_expires_at, cancelled_at,
      base_amount, discount, convenience_fee, total_amount, listed_start, listed_end)
    select user_id, 'TKT-SEED-' || code, show_id, policy_id, status, booking_time,
      case when status in ('PENDING_PAYMENT', 'EXPIRED') then booking_time + interval '5 minutes' end, cancelled_at,
      base_amount, discount, convenience_fee, base_amount - discount + convenience_fee, start_time, end_time
    from planned_tickets`);
  await tx.execute(sql`
    insert into ticket_seats (user_id, ticket_id, seat_id, "row", number, seat_type, price)
    select user_id, 'TKT-SEED-' || code, seats.id, seats."row", seats.number, seats.seat_type, ${PRICE_AT_PLACE}
    from planned_tickets
    join shows on shows.id = show_id
    cross join generate_series(first_place, first_place + seats - 1) as place
    join seats on seats.id = ${SEAT_AT_PLACE}`);
  await writeShowSeats(tx, range);
  await writePayments(tx);
  await writeEvents(tx);
}

const SEAT_AT_PLACE = sql.raw(
  `replace(shows.screen_id, 'screen', 'seat') || '-' || substr('ABCDEFGHJK', place / ${SEATS_PER_ROW} + 1, 1) || place % ${SEATS_PER_ROW} + 1`,
);

/** Only CONFIRMED tickets and holds keep their seats. */
async function writeShowSeats(tx: Transaction, { first, end }: ShowRange): Promise<void> {
  await tx.execute(sql`
    insert into show_seats (show_id, seat_id, status, price, user_id, ticket_id, locked_at, locked_by)
    select shows.id, ${SEAT_AT_PLACE},
      (case holder.status when 'CONFIRMED' then 'BOOKED' when 'PENDING_PAYMENT' then 'LOCKED'
        else case when place < 110 then 'AVAILABLE' else 'BLOCKED' end end)::show_seat_status,
      ${PRICE_AT_PLACE}, holder.user_id, 'TKT-SEED-' || holder.code,
      case holder.status when 'PENDING_PAYMENT' then holder.booking_time end,
      case holder.status when 'PENDING_PAYMENT' then holder.user_id end
    from generate_series(${first}::int, ${end - 1}::int) as n
    join shows on shows.id = 'show-seed-' || n
    cross join generate_series(0, 119) as place
    left join (
      select *, generate_series(first_place, first_place + seats - 1) as held_place from planned_tickets
      where status in ('CONFIRMED', 'PENDING_PAYMENT')
    ) as holder on holder.show_id = shows.id and holder.held_place = place`);
}

/** All refunds are PROCESSED. */
async function writePayments(tx: Transaction): Promise<void> {
  await tx.execute(sql`
    create temporary table planned_refunds on commit drop as
    select code, base_amount - discount + convenience_fee as total, fee
    from planned_tickets
    join cancellation_policies as policy on policy.id = policy_id
    cross join lateral (
      select div((base_amount - discount + convenience_fee) * fee_bps + 5000, 10000)::bigint as fee
      from unnest(tier_over_minutes, tier_fee_bps) with ordinality as tier(over_minutes, fee_bps, nth)
      where cancelled_at < start_time - make_interval(mins => over_minutes)
      order by nth limit 1) as charged
    where status = 'CANCELLED'`);
  await tx.execute(sql`
    insert into payments (user_id, id, ticket_id, gateway, transaction_id, payment_mode, amount, status, payment_time,
      refund_amount, refund_initiated_at)
    select user_id, 'payment-seed-' || code, 'TKT-SEED-' || code, 'sandbox', 'pay_SEED' || code, payment_mode,
      base_amount - discount + convenience_fee,
      (case status when 'CANCELLED' then 'REFUNDED' else 'SUCCESS' end)::payment_status,
      booking_time + interval '2 minutes', total - fee, cancelled_at
    from planned_tickets left join planned_refunds using (code)
    where status in ('CONFIRMED', 'CANCELLED')`);
  await tx.execute(sql`
    insert into refunds (user_id, id, ticket_id, payment_id, original_amount, cancellation_fee, refund_amount, status,
      eta_min_business_days, eta_max_business_days, requested_at, processed_at, bank_reference)
    select user_id, 'refund-seed-' || code, 'TKT-SEED-' || code, 'payment-seed-' || code, total, fee, total - fee,
      'PROCESSED', 3, 5, cancelled_at, cancelled_at + interval '1 hour', 'UTRSEED' || code
    from planned_tickets join planned_refunds using (code)`);
}

async function writeEvents(tx: Transaction): Promise<void> {
  await tx.execute(sql`
    insert into ticket_events (user_id, ticket_id, seq, type, actor, at, facts)
    select user_id, 'TKT-SEED-' || code, seq, type::ticket_event_type, actor::event_actor, at, facts
    from planned_tickets cross join lateral (values
      (1, 'HELD', 'USER', booking_time, '{}'::jsonb, true),
      (2, 'CONFIRMED', 'GATEWAY', booking_time + interval '2 minutes', '{}', status in ('CONFIRMED', 'CANCELLED')),
      (2, 'EXPIRED', 'SYSTEM', booking_time + interval '5 minutes', '{}', status = 'EXPIRED'),
      (3, 'CANCELLED', 'USER', cancelled_at, jsonb_build_object('seatsSold', seats, 'seatsReleased', seats), status = 'CANCELLED')
    ) as happened(seq, type, actor, at, facts, did)
    where did`);
}
