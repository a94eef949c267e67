import { sql } from '../open-client.ts';
import { isPaid } from '../quote.ts';
import { deadline, decodeCursor, encodeCursor, labelsOf, posterUrl, rupees } from '../shape.ts';

export interface Row {
  id: string;
  booking_time: string;
  status: string;
  total_amount: string;
  start_time: string;
  movie: string;
  poster_url: string;
  theater: string;
  city: string;
  cutoff_minutes: number;
  payment_status: string | null;
  amount: string | null;
  /** Separated by line feeds. */
  seats: string | null;
}

/** One joined query per page. */
export async function answerList(userId: string, first: number, after: string | null): Promise<object> {
  const cursor = after === null ? null : decodeCursor(after);
  const found = await sql<Row[]>`
    select t.id, t.booking_time, t.status, t.total_amount, s.start_time, m.name as movie, m.poster_url,
      th.name as theater, c.name as city, p.cutoff_minutes, pay.status as payment_status, pay.amount,
      seats.labels as seats
    from (
      select * from tickets
      where user_id = ${userId} ${cursor ? sql`and (booking_time, id) < (${cursor.key}, ${cursor.id})` : sql``}
      order by booking_time desc, id desc limit ${first + 1}) as t
    join shows s on s.id = t.show_id join movies m on m.id = s.movie_id join screens sc on sc.id = s.screen_id
    join theaters th on th.id = sc.theater_id join cities c on c.id = th.city_id
    join cancellation_policies p on p.id = t.policy_id
    left join payments pay on pay.user_id = t.user_id and pay.ticket_id = t.id
    cross join lateral (
      select string_agg("row" || number, E'\n') as labels from ticket_seats
      where user_id = t.user_id and ticket_id = t.id) as seats
    order by t.booking_time desc, t.id desc`;
  const now = Date.now();
  const rows = found.slice(0, first);
  const last = rows.at(-1);
  const pageInfo = {
    hasNextPage: found.length > first,
    endCursor: last ? encodeCursor(last.booking_time, last.id) : null,
  };
  return { myTickets: { nodes: rows.map((row) => nodeOf(row, now)), pageInfo } };
}

function nodeOf(row: Row, now: number) {
  const seatNumbers = labelsOf(row.seats);
  const cancelDeadline = deadline(row.start_time, row.cutoff_minutes);
  return {
    id: row.id,
    bookingTime: row.booking_time,
    status: row.status,
    show: showOf(row),
    seatsCount: seatNumbers.length,
    seatNumbers,
    totalAmount: { amount: rupees(row.total_amount), currencyCode: 'INR' },
    canCancel: row.status === 'CONFIRMED' && now < Date.parse(cancelDeadline) && isPaid(row),
    cancelDeadline,
  };
}

export function showOf(row: Omit<Row, 'booking_time'>) {
  return {
    movie: { name: row.movie, posterUrl: posterUrl(row.poster_url) },
    theater: { name: row.theater, city: row.city },
    startTime: row.start_time,
  };
}
