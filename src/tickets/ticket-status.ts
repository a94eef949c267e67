import { registerEnumType } from 'type-graphql';
import { enumOf } from '../platform/db/enum-of.ts';
import { ticketStatus } from '../platform/db/tables/index.ts';

export const TicketStatus = enumOf(ticketStatus);
export type TicketStatus = keyof typeof TicketStatus;

registerEnumType(TicketStatus, {
  name: 'TicketStatus',
  description: 'Where a ticket stands. A ticket of a past show stays CONFIRMED: its `timing` tells.',
  valuesConfig: {
    PENDING_PAYMENT: {
      description: 'A hold: seats are kept until `holdExpiresAt`, waiting for the payment.',
    },
    CONFIRMED: { description: 'Paid; lets you in.' },
    CANCELLED: { description: 'Cancelled; `refund` tells where the money is.' },
    EXPIRED: { description: 'A hold that was not paid in time.' },
  },
});
