import { sql } from '../open-client.ts';
import { byLabel, money } from '../shape.ts';
import { MOST_COUNTED } from './answer-shapes.ts';

type Row = Record<string, string> & {
  counted: number;
  cutoff_minutes: number;
  version: number;
  seats: [row: string, number: string, seatType: string, price: string][];
  events: [type: string, actor: string, at: string][];
};

/** One query for a page of tickets with everything that belongs to them. */
export async function answerEverything(userId: string, first: number): Promise<object> {
  const rows = await sql<Row[]>`
    select t.id, t.status, t.booking_time, t.base_amount, t.discount, t.convenience_fee, t.total_amount, s.start_time,
      s.end_time, m.name as movie, th.name as theater, c.name as city, sc.name as screen, p.name as policy, p.version,
      p.cutoff_minutes, pay.transaction_id, pay.payment_mode, pay.amount, pay.status as payment_status, pay.payment_time,
      r.refund_amount, r.cancellation_fee, r.status as refund_status, seats.rows as seats, events.rows as events, (
        select count(*)::int from (
          select from tickets where user_id = ${userId} limit ${MOST_COUNTED + 1}) as found) as counted
    from (
      select * from tickets where user_id = ${userId} order by booking_time desc, id desc limit ${first}) as t
    join shows s on s.id = t.show_id join movies m on m.id = s.movie_id join screens sc on sc.id = s.screen_id
    join theaters th on th.id = sc.theater_id join cities c on c.id = th.city_id
    join cancellation_policies p on p.id = t.policy_id
    left join payments pay on pay.user_id = t.user_id and pay.ticket_id = t.id
    left join refunds r on r.user_id = t.user_id and r.ticket_id = t.id
    cross join lateral (
      select json_agg(json_build_array("row", number, seat_type, price::text)) as rows from ticket_seats
      where user_id = t.user_id and ticket_id = t.id) as seats
    cross join lateral (
      select json_agg(json_build_array(type, actor, at) order by seq) as rows from ticket_events
      where user_id = t.user_id and ticket_id = t.id) as events
    order by t.booking_time desc, t.id desc`;
  const totalCount = Math.min(rows[0]?.counted ?? 0, MOST_COUNTED);
  return { myTickets: { nodes: rows.map(nodeOf), totalCount } };
}

function nodeOf(row: Row) {
  return {
    id: row.id,
    bookingTime: row.booking_time,
    status: row.status,
    show: {
      movie: { name: row.movie },
      theater: { name: row.theater, city: row.city },
      screen: { name: row.screen },
      startTime: row.start_time,
      endTime: row.end_time,
    },
    seats: row.seats
      .toSorted((a, b) => byLabel(a[0] + a[1], b[0] + b[1]))
      .map(([place, number, seatType, price]) => ({ row: place, number, seatType, price: money(price) })),
    pricing: {
      baseAmount: money(row.base_amount ?? ''),
      discount: money(row.discount ?? ''),
      convenienceFee: money(row.convenience_fee ?? ''),
      totalAmount: money(row.total_amount ?? ''),
    },
    payment: row.amount
      ? {
          transactionId: row.transaction_id,
          paymentMode: row.payment_mode,
          amount: money(row.amount),
          status: row.payment_status,
          paymentTime: row.payment_time,
        }
      : null,
    refund: row.refund_amount
      ? {
          refundAmount: money(row.refund_amount),
          cancellationFee: money(row.cancellation_fee ?? ''),
          refundStatus: row.refund_status,
        }
      : null,
    timeline: row.events.map(([type, actor, at]) => ({ type, actor, at: new Date(at).toISOString() })),
    cancellationPolicy: { name: row.policy, version: row.version, cutoffMinutes: row.cutoff_minutes },
  };
}
