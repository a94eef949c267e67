import { registerEnumType } from 'type-graphql';
import { enumOf } from '../platform/db/enum-of.ts';
import { ticketStatus } from '../platform/db/tables/index.ts';

export const TicketStatus = enumOf(ticketStatus);
export type TicketStatus = keyof typeof TicketStatus;

registerEnumType(TicketStatus, {
  name: 'TicketStatus',
  description:
    'The status of a ticket. A ticket stays CONFIRMED after its show: use `timing` to tell past shows.',
  valuesConfig: {
    PENDING_PAYMENT: {
      description: 'Not paid yet. The seats are held until `holdExpiresAt`.',
    },
    CONFIRMED: { description: 'Paid, and valid for entry.' },
    CANCELLED: { description: 'Cancelled. `refund` says where the money is.' },
    EXPIRED: { description: 'Not paid in time. The seats are released.' },
  },
});
