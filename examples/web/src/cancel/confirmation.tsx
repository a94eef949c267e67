import { useFragment } from '@apollo/client/react';
import { RefundPanelFragment, RefundPanels } from '../details/refund-panel.tsx';
import { type FragmentType, readFragment } from '../generated/index.ts';
import { seatNames } from '../text/seat-names.tsx';

/** What is left, and the refund of what was just cancelled, as the cache has it: its status follows without a reload. */
export function Confirmation({ ticketId, refundId }: { ticketId: string; refundId: string }) {
  const { data, complete } = useFragment({
    fragment: RefundPanelFragment,
    fragmentName: 'RefundPanel',
    from: { __typename: 'Ticket', id: ticketId },
  });
  if (!complete) return null;
  const ticket = data as FragmentType<typeof RefundPanelFragment>;
  const { seats } = readFragment(RefundPanelFragment, ticket);
  const left = seats.filter(({ status }) => status === 'ACTIVE');
  const gone = seats.filter(({ refund }) => refund?.id === refundId);
  return (
    <>
      <p>
        {left.length === 0
          ? 'Your ticket is no longer valid, and its seats are no longer yours.'
          : `${seatNames(gone)} ${gone.length === 1 ? 'is' : 'are'} no longer yours. Your ticket stays valid for ${seatNames(left)}, with the same QR code.`}
      </p>
      <RefundPanels ticket={ticket} only={refundId} />
    </>
  );
}
