import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../../platform/db/enum-of.ts';
import { eventActor, type ticketEvents, ticketEventType } from '../../platform/db/tables/index.ts';
import { DateTimeScalar } from '../../platform/time/date-time.scalar.ts';

export const TicketEventType = enumOf(ticketEventType);
export const EventActor = enumOf(eventActor);

registerEnumType(TicketEventType, {
  name: 'TicketEventType',
  description: 'A kind of event in the life of a ticket.',
  valuesConfig: {
    HELD: { description: 'The seats were held for payment.' },
    CONFIRMED: { description: 'The ticket was paid.' },
    CANCELLED: { description: 'The ticket was cancelled.' },
    EXPIRED: { description: 'The ticket was not paid in time and its seats were released.' },
    REFUND_PROCESSED: { description: 'The payment provider sent the refund.' },
    REFUND_FAILED: {
      description: 'The refund failed. `Refund.failureReason` says why, as long as it is FAILED.',
    },
    REFUND_RETRIED: { description: 'A failed refund is tried again.' },
    SEATS_CANCELLED: { description: 'Some of the seats were cancelled: `seatNumbers`.' },
  },
});

registerEnumType(EventActor, {
  name: 'EventActor',
  description: 'Who caused an event.',
  valuesConfig: {
    USER: { description: 'The user who owns the ticket.' },
    SYSTEM: { description: 'Usher itself, for instance when a hold expires.' },
    GATEWAY: { description: 'The payment provider.' },
    OPERATOR: { description: 'An operator of the service.' },
  },
});

@ObjectType({ description: 'An event in the life of a ticket.' })
export class TicketEvent {
  @Field(() => TicketEventType, { description: 'What happened.' })
  readonly type!: keyof typeof TicketEventType;

  @Field(() => EventActor, { description: 'Who caused an event.' })
  readonly actor!: keyof typeof EventActor;

  @Field(() => DateTimeScalar, { description: 'When it happened (UTC).' })
  readonly at!: Date;

  @Field(() => [String], {
    nullable: true,
    complexity: 5,
    description:
      'The labels of the seats that the event is about, A2 before A10. Null if it is about the whole ticket.',
  })
  readonly seatNumbers!: string[] | null;
}

type Row = typeof ticketEvents.$inferSelect;

/** `facts` is undefined if no selected field needs it. */
export function toTicketEvent({
  type,
  actor,
  at,
  facts,
}: Pick<Row, 'type' | 'actor' | 'at'> & Partial<Pick<Row, 'facts'>>): TicketEvent {
  const seats = facts?.seats;
  return { type, actor, at, seatNumbers: Array.isArray(seats) ? seats.map(String) : null };
}
