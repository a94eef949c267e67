import { useFragment } from '@apollo/client/react';
import { RefundPanel, RefundPanelFragment } from '../details/refund-panel.tsx';

/** The refund of the ticket that was just cancelled, as the cache has it: its status follows without a reload. */
export function Confirmation({ ticketId }: { ticketId: string }) {
  const { data, complete } = useFragment({
    fragment: RefundPanelFragment,
    fragmentName: 'RefundPanel',
    from: { __typename: 'Ticket', id: ticketId },
  });
  return (
    <>
      <p>Your ticket is no longer valid, and its seats are no longer yours.</p>
      {complete && <RefundPanel ticket={data as Parameters<typeof RefundPanel>[0]['ticket']} />}
    </>
  );
}
