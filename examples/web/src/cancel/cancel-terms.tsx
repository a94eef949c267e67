import type { CancelTermsFragment as Terms, TicketTiming } from '../generated/graphql.ts';
import { type FragmentType, graphql, readFragment } from '../generated/index.ts';
import { formatDuration, formatMomentOn, formatMomentWithin } from '../text/times.ts';

export const CancelTermsFragment = graphql(`
  fragment CancelTerms on Ticket {
    id
    status
    timing
    canCancel
    cancelDeadline
    cancelledAt
    holdExpiresAt
    cancellationPolicy {
      cutoffMinutes
    }
    timeline {
      type
      at
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

const TOO_LATE: Record<TicketTiming, string> = {
  UPCOMING: 'It is too late to cancel.',
  ONGOING: 'The show has started.',
  PAST: 'The show is over.',
};

/** Until when the ticket can be cancelled; or why it cannot, and since when. */
export function CancelTerms({ ticket }: { ticket: FragmentType<typeof CancelTermsFragment> }) {
  return termsOf(readFragment(CancelTermsFragment, ticket));
}

function termsOf({ status, timing, canCancel, timeline, show, ...ticket }: Terms): string {
  const on = (instant: string | null | undefined) => (instant ? ` ${formatMomentOn(instant, show)}` : '');
  switch (status) {
    case 'CONFIRMED': {
      const deadline = formatMomentWithin(ticket.cancelDeadline, show);
      if (canCancel) return `You can cancel until ${deadline}.`;
      const { cutoffMinutes } = ticket.cancellationPolicy;
      const rule = cutoffMinutes
        ? `${formatDuration(cutoffMinutes)} before the show`
        : 'when the show started';
      return `${TOO_LATE[timing]} You could cancel until ${deadline}, ${rule}.`;
    }
    case 'PENDING_PAYMENT': {
      const until = ticket.holdExpiresAt ? ` until ${formatMomentWithin(ticket.holdExpiresAt, show)}` : '';
      return `We are holding your seats${until}. There is no need to cancel: if you do not pay by then, you owe nothing.`;
    }
    case 'EXPIRED': {
      const since = timeline.find(({ type }) => type === 'EXPIRED')?.at;
      return `You did not pay in time, so you lost the seats${on(since)}. You owe nothing.`;
    }
    case 'CANCELLED':
      return `This booking was cancelled${on(ticket.cancelledAt)}.`;
  }
}
