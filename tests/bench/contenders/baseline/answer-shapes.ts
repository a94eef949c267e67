import { sql } from '../open-client.ts';
import { isPaid } from '../quote.ts';
import { deadline, decodeCursor, labelsOf, money } from '../shape.ts';
import { type Row, showOf } from './answer-list.ts';

/** The other shapes of lists, each with the SQL that is best for it alone. */

/** Counting stops one after this, as Usher's does. */
export const MOST_COUNTED = 1_000;

export async function answerCount(userId: string): Promise<object> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count
    from (select from tickets where user_id = ${userId} limit ${MOST_COUNTED + 1}) as found`;
  return { myTickets: { totalCount: Math.min(row?.count ?? 0, MOST_COUNTED) } };
}

export async function answerByAmount(userId: string, last: number): Promise<object> {
  const rows = await sql<{ id: string; total_amount: string; seats: string | null }[]>`
    select t.id, t.total_amount, seats.labels as seats
    from (
      select id, user_id, total_amount from tickets where user_id = ${userId}
      order by total_amount, id limit ${last}) as t
    cross join lateral (
      select string_agg("row" || number, E'\n') as labels from ticket_seats
      where user_id = t.user_id and ticket_id = t.id) as seats
    order by t.total_amount desc, t.id desc`;
  const nodes = rows.map((row) => ({
    id: row.id,
    totalAmount: money(row.total_amount),
    seatNumbers: labelsOf(row.seats),
  }));
  return { myTickets: { nodes } };
}

interface CancelledRow {
  id: string;
  refund_amount: string;
  cancellation_fee: string;
  status: string;
  requested_at: string;
  counted: number;
}

export async function answerCancelled(userId: string, first: number): Promise<object> {
  const rows = await sql<CancelledRow[]>`
    select t.id, r.refund_amount, r.cancellation_fee, r.status, r.requested_at, (
      select count(*)::int from (
        select from tickets where user_id = ${userId} and status = 'CANCELLED' limit ${MOST_COUNTED + 1}) as found) as counted
    from (
      select id, user_id, booking_time from tickets where user_id = ${userId} and status = 'CANCELLED'
      order by booking_time desc, id desc limit ${first}) as t
    join refunds r on r.user_id = t.user_id and r.ticket_id = t.id
    order by t.booking_time desc, t.id desc`;
  const nodes = rows.map((row) => ({
    id: row.id,
    status: 'CANCELLED',
    refund: {
      refundAmount: money(row.refund_amount),
      cancellationFee: money(row.cancellation_fee),
      refundStatus: row.status,
      requestedAt: row.requested_at,
    },
  }));
  return { myTickets: { nodes, totalCount: Math.min(rows[0]?.counted ?? 0, MOST_COUNTED) } };
}

export function answerUpcoming(userId: string, first: number): Promise<object> {
  const now = new Date().toISOString();
  return answerByShow(
    first,
    sql`where user_id = ${userId} and listed_start > ${now} order by listed_start, id limit ${first + 1}`,
    sql`order by t.listed_start, t.id`,
  );
}

export function answerPast(userId: string, first: number, after: string): Promise<object> {
  const now = new Date().toISOString();
  const { key, id } = decodeCursor(after);
  return answerByShow(
    first,
    sql`where user_id = ${userId} and listed_end <= ${now} and (listed_start, id) < (${key}, ${id})
      order by listed_start desc, id desc limit ${first + 1}`,
    sql`order by t.listed_start desc, t.id desc`,
  );
}

type Part = ReturnType<typeof sql>;

async function answerByShow(first: number, page: Part, order: Part): Promise<object> {
  const rows = await sql<Omit<Row, 'booking_time'>[]>`
    select t.id, t.status, t.total_amount, s.start_time, m.name as movie, m.poster_url, th.name as theater,
      c.name as city, p.cutoff_minutes, pay.status as payment_status, pay.amount, seats.labels as seats
    from (select * from tickets ${page}) as t
    join shows s on s.id = t.show_id join movies m on m.id = s.movie_id join screens sc on sc.id = s.screen_id
    join theaters th on th.id = sc.theater_id join cities c on c.id = th.city_id
    join cancellation_policies p on p.id = t.policy_id
    left join payments pay on pay.user_id = t.user_id and pay.ticket_id = t.id
    cross join lateral (
      select string_agg("row" || number, E'\n') as labels from ticket_seats
      where user_id = t.user_id and ticket_id = t.id) as seats
    ${order}`;
  const now = Date.now();
  const nodes = rows.slice(0, first).map((row) => ({
    id: row.id,
    status: row.status,
    show: showOf(row),
    seatNumbers: labelsOf(row.seats),
    totalAmount: money(row.total_amount),
    canCancel:
      row.status === 'CONFIRMED' &&
      now < Date.parse(deadline(row.start_time, row.cutoff_minutes)) &&
      isPaid(row),
  }));
  return { myTickets: { nodes, pageInfo: { hasNextPage: rows.length > first } } };
}
