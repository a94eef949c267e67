import { Field, InputType, registerEnumType } from 'type-graphql';
import { UsherError } from '../platform/errors/usher-error.ts';
import { TicketStatus } from './ticket-status.ts';
import { TicketTiming } from './ticket-timing.ts';

export const TicketOrderField = {
  BOOKING_TIME: 'BOOKING_TIME',
  SHOW_TIME: 'SHOW_TIME',
  TOTAL_AMOUNT: 'TOTAL_AMOUNT',
} as const;
export const OrderDirection = { ASC: 'ASC', DESC: 'DESC' } as const;

registerEnumType(TicketOrderField, {
  name: 'TicketOrderField',
  description: 'The sort keys for tickets. Tickets with equal values are sorted by id in the same direction.',
  valuesConfig: {
    BOOKING_TIME: { description: 'The time of booking.' },
    SHOW_TIME: { description: 'The time at which the show starts.' },
    TOTAL_AMOUNT: { description: 'The total amount.' },
  },
});

registerEnumType(OrderDirection, {
  name: 'OrderDirection',
  description: 'The sort direction.',
  valuesConfig: {
    ASC: { description: 'Ascending: the earliest or smallest first.' },
    DESC: { description: 'Descending: the latest or largest first.' },
  },
});

@InputType({ description: 'Which tickets to return. A field that is absent or null does not filter.' })
export class TicketFilter {
  @Field(() => [TicketStatus], {
    nullable: true,
    description: 'Return only tickets with one of these statuses. A single value works too.',
  })
  status?: (keyof typeof TicketStatus)[] | null;

  @Field(() => TicketTiming, {
    nullable: true,
    description: 'Return only tickets whose show is upcoming, ongoing or past now.',
  })
  timing?: TicketTiming | null;
}

/**
 * Checks a filter. A long list of statuses would be compared with every ticket.
 *
 * @throws UsherError BAD_USER_INPUT for more statuses than exist
 */
export function readFilter(filter: TicketFilter | null | undefined): TicketFilter {
  if (filter?.status && filter.status.length > Object.keys(TicketStatus).length) {
    throw new UsherError('BAD_USER_INPUT', { message: 'filter.status names a status more than once.' });
  }
  // A status given twice filters as given once, and so its cursors belong to the same list.
  return filter?.status ? { ...filter, status: [...new Set(filter.status)] } : (filter ?? {});
}

@InputType({ description: 'The sort order of a list.' })
export class TicketOrder {
  @Field(() => TicketOrderField, { description: 'The sort key.' })
  field!: keyof typeof TicketOrderField;

  @Field(() => OrderDirection, { description: 'The sort direction.', defaultValue: OrderDirection.DESC })
  direction!: keyof typeof OrderDirection;
}
