import type { TicketEventType } from '../generated/graphql.ts';
import { type FragmentType, graphql, readFragment } from '../generated/index.ts';
import { formatMoment } from '../text/times.ts';

const TimelineFragment = graphql(`
  fragment Timeline on Ticket {
    id
    timeline {
      type
      at
      seatNumbers
    }
    show {
      id
      utcOffsets {
        from
        minutes
      }
      theater {
        id
        timeZone
      }
    }
  }
`);

const WORDS: Record<TicketEventType, string> = {
  HELD: 'Seats held for you',
  CONFIRMED: 'Booking confirmed',
  EXPIRED: 'Not paid in time: seats released',
  CANCELLED: 'Booking cancelled',
  SEATS_CANCELLED: 'Seats cancelled',
  REFUND_PROCESSED: 'Refund sent',
  REFUND_FAILED: 'Refund failed',
  REFUND_RETRIED: 'Refund tried again',
};

export function Timeline({ ticket: masked }: { ticket: FragmentType<typeof TimelineFragment> }) {
  const { timeline, show } = readFragment(TimelineFragment, masked);
  return (
    <section className="panel">
      <h2>What happened</h2>
      <ol className="timeline">
        {timeline.map(({ type, at, seatNumbers }) => (
          <li key={`${type} ${at} ${seatNumbers}`}>
            {WORDS[type]}
            {seatNumbers && `: ${seatNumbers.join(', ')}`}
            <time dateTime={at}>{formatMoment(at, show)}</time>
          </li>
        ))}
      </ol>
    </section>
  );
}
