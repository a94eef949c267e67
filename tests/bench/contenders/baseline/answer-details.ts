import { sql } from '../open-client.ts';
import { quoteOf } from '../quote.ts';
import { byLabel, money, qrCode } from '../shape.ts';

/** One joined query with one row per seat. */
export async function answerDetails(userId: string, id: string, withQr: boolean): Promise<object> {
  const rows = await sql`
    select t.id, t.status, t.base_amount, t.discount, t.convenience_fee, t.total_amount, s.start_time, s.end_time,
      m.name as movie, m.duration_minutes, m.rating, th.name as theater, th.address, th.time_zone, c.name as city,
      sc.name as screen, p.cutoff_minutes, p.tier_over_minutes, p.tier_fee_bps, pay.transaction_id, pay.payment_mode,
      pay.amount, pay.status as payment_status, pay.payment_time, seat."row", seat.number, seat.seat_type, seat.price
    from tickets t join shows s on s.id = t.show_id join movies m on m.id = s.movie_id join screens sc on sc.id = s.screen_id
    join theaters th on th.id = sc.theater_id join cities c on c.id = th.city_id
    join cancellation_policies p on p.id = t.policy_id
    left join payments pay on pay.user_id = t.user_id and pay.ticket_id = t.id
    join ticket_seats seat on seat.user_id = t.user_id and seat.ticket_id = t.id
    where t.user_id = ${userId} and t.id = ${id}`;
  const [row] = rows;
  if (!row) throw new Error('there is no such ticket');
  const quote = quoteOf(row as unknown as Parameters<typeof quoteOf>[0], Date.now());
  const seats = rows
    .map((seat) => ({
      row: seat.row,
      number: seat.number,
      seatType: seat.seat_type,
      price: money(seat.price),
    }))
    .sort((a, b) => byLabel(a.row + a.number, b.row + b.number));
  const ticket = {
    id: row.id,
    status: row.status,
    show: {
      movie: {
        name: row.movie,
        duration: row.duration_minutes,
        rating: row.rating === null ? null : Number(row.rating),
      },
      theater: { name: row.theater, address: row.address, city: row.city, timeZone: row.time_zone },
      screen: { name: row.screen },
      startTime: row.start_time,
      endTime: row.end_time,
    },
    seats,
    pricing: {
      baseAmount: money(row.base_amount),
      discount: money(row.discount),
      convenienceFee: money(row.convenience_fee),
      totalAmount: money(row.total_amount),
    },
    payment: row.payment_mode && {
      transactionId: row.transaction_id,
      paymentMode: row.payment_mode,
      amount: money(row.amount),
      status: row.payment_status,
      paymentTime: row.payment_time,
    },
    cancellationQuote: quote && {
      cancellationFee: money(quote.fee),
      refundAmount: money(quote.refund),
      feePercent: quote.feePercent,
      validUntil: quote.validUntil,
    },
  };
  if (!withQr) return { ticket };
  return { ticket: { ...ticket, qrCode: row.status === 'CONFIRMED' ? await qrCode(id) : null } };
}
