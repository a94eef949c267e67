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
  description: 'What tickets can be ordered by. Equal ones follow by id, in the same direction.',
  valuesConfig: {
    BOOKING_TIME: { description: 'When they were booked.' },
    SHOW_TIME: { description: 'When their show starts.' },
    TOTAL_AMOUNT: { description: 'What they cost.' },
  },
});

registerEnumType(OrderDirection, {
  name: 'OrderDirection',
  description: 'Which comes first.',
  valuesConfig: {
    ASC: { description: 'The earliest or smallest.' },
    DESC: { description: 'The latest or largest.' },
  },
});

@InputType({ description: 'Which tickets to list; without a field, that field does not matter.' })
export class TicketFilter {
  @Field(() => [TicketStatus], {
    nullable: true,
    description: 'Only tickets in one of these statuses. A single value works too.',
  })
  status?: (keyof typeof TicketStatus)[] | null;

  @Field(() => TicketTiming, { nullable: true, description: 'Only tickets whose show stands so now.' })
  timing?: TicketTiming | null;
}

/**
 * An endless list of statuses would be compared with every ticket.
 *
 * @throws UsherError BAD_USER_INPUT
 */
export function readFilter(filter: TicketFilter | null | undefined): TicketFilter {
  if (filter?.status && filter.status.length > Object.keys(TicketStatus).length) {
    throw new UsherError('BAD_USER_INPUT', { message: 'filter.status names a status more than once.' });
  }
  return filter ?? {};
}

@InputType({ description: 'The order of a list.' })
export class TicketOrder {
  @Field(() => TicketOrderField, { description: 'What to order by.' })
  field!: keyof typeof TicketOrderField;

  @Field(() => OrderDirection, { description: 'Which comes first.', defaultValue: OrderDirection.DESC })
  direction!: keyof typeof OrderDirection;
}
