import { sql } from '../open-client.ts';
import { quoteOf } from '../quote.ts';
import { deadline, decodeCursor, encodeCursor, money } from '../shape.ts';

/** Reads the columns of tickets; loaders read the rest. */
const columns = sql`
  t.id, t.show_id, t.status, t.booking_time, t.base_amount, t.discount, t.convenience_fee, t.total_amount, s.start_time,
  p.cutoff_minutes, p.tier_over_minutes, p.tier_fee_bps, pay.status as payment_status, pay.amount`;
const joins = sql`
  join shows s on s.id = t.show_id join cancellation_policies p on p.id = t.policy_id
  left join payments pay on pay.user_id = t.user_id and pay.ticket_id = t.id`;

export async function listTickets(userId: string, first: number, after: string | null) {
  const cursor = after === null ? null : decodeCursor(after);
  const rows = await sql`
    select ${columns} from tickets t ${joins}
    where t.user_id = ${userId} ${cursor ? sql`and (t.booking_time, t.id) < (${cursor.key}, ${cursor.id})` : sql``}
    order by t.booking_time desc, t.id desc limit ${first + 1}`;
  const nodes = rows.slice(0, first).map((row) => ticketOf(row, userId));
  const last = nodes.at(-1);
  const endCursor = last ? encodeCursor(last.bookingTime, last.id) : null;
  return { nodes, pageInfo: { hasNextPage: rows.length > first, endCursor } };
}

export async function readTicket(userId: string, id: string) {
  const [row] =
    await sql`select ${columns} from tickets t ${joins} where t.user_id = ${userId} and t.id = ${id}`;
  if (!row) throw new Error('There is no such ticket of yours.');
  return ticketOf(row, userId);
}

export type Ticket = ReturnType<typeof ticketOf>;

// biome-ignore lint/suspicious/noExplicitAny: a row of the statements above
function ticketOf(row: any, userId: string) {
  const quote = quoteOf(row, Date.now());
  return {
    userId,
    showId: row.show_id as string,
    id: row.id as string,
    bookingTime: row.booking_time as string,
    status: row.status as string,
    totalAmount: { ...money(row.total_amount), currencyCode: 'INR' },
    pricing: {
      baseAmount: money(row.base_amount),
      discount: money(row.discount),
      convenienceFee: money(row.convenience_fee),
      totalAmount: money(row.total_amount),
    },
    canCancel: quote !== null,
    cancelDeadline: deadline(row.start_time, row.cutoff_minutes),
    cancellationQuote: quote && {
      cancellationFee: money(quote.fee),
      refundAmount: money(quote.refund),
      feePercent: quote.feePercent,
      validUntil: quote.validUntil,
    },
  };
}
