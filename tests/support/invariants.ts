import { sql } from 'drizzle-orm';
import type { Database, Transaction } from '../../src/platform/db/database.ts';

/**
 * The live seats that active tickets list, and the holders that show seats name. They are read separately, because Citus
 * distributes the two tables by different columns.
 */
const LISTED = `listed as materialized (
  select t.show_id, t.user_id, t.id as ticket_id, s.seat_id, s.seat_id as seat,
    case t.status when 'CONFIRMED' then 'BOOKED' else 'LOCKED' end::show_seat_status as status
  from tickets t join ticket_seats s on s.user_id = t.user_id and s.ticket_id = t.id
  where t.status in ('CONFIRMED', 'PENDING_PAYMENT') and s.cancelled_at is null)`;
const HELD = `held as materialized (
  select show_id, user_id, ticket_id, seat_id, seat_id as seat, status from show_seats where ticket_id is not null)`;

/** The invariants of the data. Each query returns the violations. */
export const INVARIANTS: Record<string, string> = {
  'base - discount + fee is not its total': `
    select id from tickets where base_amount - discount + convenience_fee <> total_amount`,

  'its base is not the sum of its seats': `
    select id from tickets t where base_amount <>
      (select coalesce(sum(price), 0) from ticket_seats s where s.user_id = t.user_id and s.ticket_id = t.id)`,

  'booked after the start of its show': `
    select t.id from tickets t join shows s on s.id = t.show_id where t.booking_time >= s.start_time`,

  'CONFIRMED or on hold, but does not hold exactly the seats it lists, BOOKED or LOCKED': `
    with ${LISTED}, ${HELD}
    select ticket_id from listed full join held using (show_id, user_id, ticket_id, seat_id, status)
    where (listed.seat is null or held.seat is null)
      and (user_id, ticket_id) in (select user_id, ticket_id from listed)
    group by user_id, ticket_id`,

  'a seat whose holder is not an active ticket that lists it': `
    with ${LISTED}, ${HELD}
    select show_id || ' ' || seat_id from held left join listed using (show_id, user_id, ticket_id, seat_id)
    where listed.seat is null`,

  'a seat that two active tickets list': `
    select t.show_id || ' ' || s.seat_id
    from tickets t join ticket_seats s on s.user_id = t.user_id and s.ticket_id = t.id
    where t.status in ('CONFIRMED', 'PENDING_PAYMENT') and s.cancelled_at is null
    group by t.show_id, s.seat_id having count(*) > 1`,

  'CONFIRMED without a successful payment of its total': `
    select id from tickets t where status = 'CONFIRMED' and total_amount > 0 and not exists (
      select from payments p where p.user_id = t.user_id and p.ticket_id = t.id
        and p.status in ('SUCCESS', 'PARTIALLY_REFUNDED') and p.amount = t.total_amount)`,

  'never paid, but has a payment': `
    select t.id from tickets t join payments p on p.user_id = t.user_id and p.ticket_id = t.id
    where t.status in ('PENDING_PAYMENT', 'EXPIRED')`,

  'CANCELLED, but its refunds are not of its total, the last one from that moment': `
    select id from tickets t where status = 'CANCELLED' and (
      select sum(original_amount) = t.total_amount and max(requested_at) = t.cancelled_at
      from refunds r where r.user_id = t.user_id and r.ticket_id = t.id) is not true`,

  'the steps of its refunds have a gap': `
    select ticket_id from refunds group by user_id, ticket_id having min(step) <> 1 or max(step) <> count(*)`,

  'its payment and its refunds do not fit': `
    with promised as (
      select user_id, ticket_id, sum(refund_amount) as amount, max(requested_at) filter (where refund_amount > 0) as at,
        bool_and(payment_id is not null) filter (where refund_amount > 0) as of_payment
      from refunds group by user_id, ticket_id)
    select t.id from tickets t join promised r on r.user_id = t.user_id and r.ticket_id = t.id
      left join payments p on p.user_id = t.user_id and p.ticket_id = t.id
    where case
      when r.amount = 0 then p.status <> 'SUCCESS'
      else (p.status::text = case t.status when 'CANCELLED' then 'REFUNDED' else 'PARTIALLY_REFUNDED' end
        and p.refund_amount = r.amount and r.of_payment and p.refund_initiated_at = r.at) is not true end`,

  'has a refund, but neither it nor a seat of it is cancelled': `
    select t.id from tickets t join refunds r on r.user_id = t.user_id and r.ticket_id = t.id
    where t.status <> 'CANCELLED' and not exists (
      select from ticket_seats s where s.user_id = t.user_id and s.ticket_id = t.id and s.refund_id = r.id)`,

  'a seat of it names a refund of another ticket or time': `
    select s.ticket_id from ticket_seats s
    left join refunds r on r.user_id = s.user_id and r.ticket_id = s.ticket_id and r.id = s.refund_id
    where s.refund_id is not null and s.cancelled_at is distinct from r.requested_at`,

  'has a REFUNDED payment, but is not CANCELLED': `
    select t.id from tickets t join payments p on p.user_id = t.user_id and p.ticket_id = t.id
    where p.status = 'REFUNDED' and t.status <> 'CANCELLED'`,

  'cancelled past the deadline of its policy': `
    select t.id from tickets t
    join shows s on s.id = t.show_id join cancellation_policies p on p.id = t.policy_id
    where t.cancelled_at >= s.start_time - make_interval(mins => p.cutoff_minutes)`,

  "its cancellation fees are not its policy's": `
    with steps as (
      select t.id, p.fee_base, p.convenience_fee_refundable, r.cancellation_fee, r.original_amount,
        sum(r.original_amount) over (partition by r.user_id, r.ticket_id order by r.step) as up_to_here,
        count(*) over (partition by r.user_id, r.ticket_id) as steps, t.status,
        t.base_amount - least(t.discount, t.base_amount) as base,
        (select fee_bps from unnest(p.tier_over_minutes, p.tier_fee_bps) with ordinality as tier(over_minutes, fee_bps, nth)
          where r.requested_at < s.start_time - make_interval(mins => over_minutes) order by nth limit 1) as bps
      from tickets t join shows s on s.id = t.show_id join cancellation_policies p on p.id = t.policy_id
        join refunds r on r.user_id = t.user_id and r.ticket_id = t.id)
    select id from steps
    where fee_base = 'TOTAL' and cancellation_fee is distinct from
        div(up_to_here * bps + 5000, 10000) - div((up_to_here - original_amount) * bps + 5000, 10000)
      or fee_base = 'BASE' and steps = 1 and status = 'CANCELLED' and cancellation_fee is distinct from
        div(base * bps + 5000, 10000) + case when convenience_fee_refundable then 0 else original_amount - base end`,

  'the numbers of its events have a gap': `
    select ticket_id from ticket_events group by user_id, ticket_id
    having min(seq) <> 1 or max(seq) <> count(*)`,

  'CANCELLED without the event, or the event without being CANCELLED': `
    select id from tickets t where (status = 'CANCELLED') <> exists (
      select from ticket_events e where e.user_id = t.user_id and e.ticket_id = t.id and e.type = 'CANCELLED')`,
};

/** Returns the violated invariants as sentences such as "TKT-1: base - discount + fee is not its total". */
export async function brokenInvariants(db: Database | Transaction): Promise<string[]> {
  const broken: string[] = [];
  for (const [sentence, query] of Object.entries(INVARIANTS)) {
    const rows = await db.execute<{ subject: string }>(
      sql.raw(`select subject from (${query}) as found (subject) order by 1`),
    );
    broken.push(...rows.map(({ subject }) => `${subject}: ${sentence}`));
  }
  return broken;
}

/** Returns pairs of overlapping shows on one screen. Not an invariant, because many tests create such shows. */
export async function overlappingShows(db: Database): Promise<string[]> {
  const rows = await db.execute<{ pair: string }>(sql`
    select a.id || ' and ' || b.id as pair from shows a join shows b
    on a.screen_id = b.screen_id and a.id < b.id and a.start_time < b.end_time and b.start_time < a.end_time`);
  return rows.map(({ pair }) => pair);
}
