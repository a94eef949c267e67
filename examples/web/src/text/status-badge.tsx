import type { TicketStatus, TicketTiming } from '../generated/graphql.ts';

const LABELS: Record<TicketStatus, [text: string, tone: string]> = {
  CONFIRMED: ['Confirmed', 'good'],
  PENDING_PAYMENT: ['Waiting for payment', 'warn'],
  CANCELLED: ['Cancelled', 'bad'],
  EXPIRED: ['Not paid in time', 'plain'],
};

/** What a person wants to know first: a confirmed ticket of a show that is over is past. */
export function StatusBadge({ status, timing }: { status: TicketStatus; timing: TicketTiming }) {
  let [text, tone] = LABELS[status];
  if (status === 'CONFIRMED' && timing === 'PAST') [text, tone] = ['Past', 'plain'];
  if (status === 'CONFIRMED' && timing === 'ONGOING') [text, tone] = ['Showing now', 'good'];
  return <span className={`badge ${tone}`}>{text}</span>;
}
