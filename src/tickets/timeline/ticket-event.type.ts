import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../../platform/db/enum-of.ts';
import { eventActor, ticketEventType } from '../../platform/db/tables/index.ts';
import { DateTimeScalar } from '../../platform/time/date-time.scalar.ts';

export const TicketEventType = enumOf(ticketEventType);
export const EventActor = enumOf(eventActor);

registerEnumType(TicketEventType, {
  name: 'TicketEventType',
  description: 'What happened to a ticket.',
  valuesConfig: {
    HELD: { description: 'Its seats were held, waiting for the payment.' },
    CONFIRMED: { description: 'It was paid.' },
    CANCELLED: { description: 'It was cancelled.' },
    EXPIRED: { description: 'It was not paid in time.' },
    REFUND_PROCESSED: { description: 'The gateway sent the money back.' },
    REFUND_FAILED: { description: 'The refund failed; `refund.failureReason` says why.' },
    REFUND_RETRIED: { description: 'A failed refund was asked for anew.' },
  },
});

registerEnumType(EventActor, {
  name: 'EventActor',
  description: 'Who did it.',
  valuesConfig: {
    USER: { description: 'The user of the ticket.' },
    SYSTEM: { description: 'The system, by the clock.' },
    GATEWAY: { description: 'The payment provider.' },
    OPERATOR: { description: 'A person who runs the system.' },
  },
});

@ObjectType({ description: 'Something that happened to a ticket.' })
export class TicketEvent {
  @Field(() => TicketEventType, { description: 'What happened.' })
  readonly type!: keyof typeof TicketEventType;

  @Field(() => EventActor, { description: 'Who did it.' })
  readonly actor!: keyof typeof EventActor;

  @Field(() => DateTimeScalar, { description: 'When it happened.' })
  readonly at!: Date;
}
