import { UsherError } from '../../platform/errors/usher-error.ts';
import type { RequestContext } from '../../tickets/request-context.ts';
import { defineRule } from './define-rule.ts';

interface TicketArguments {
  id: string;
}

export const denied = defineRule(
  'denied',
  () => new UsherError('NOT_FOUND', { message: 'There is no such field.' }),
);

export const isSignedIn = defineRule('isSignedIn', (_args, { viewer }) =>
  viewer ? true : new UsherError('UNAUTHENTICATED'),
);

/** A ticket of another user gets the same error as a missing one. */
export const ownsTicket = defineRule<TicketArguments>('ownsTicket', async ({ id }, { loaders }) =>
  (await loaders.tickets.load(id)) ? true : new UsherError('NOT_FOUND'),
);

/** Like `ownsTicket`, but reads only what a cancellation needs before its transaction. */
async function canCancelAsOwner(ticketId: string, { loaders }: RequestContext): Promise<true | UsherError> {
  return (await loaders.showIds.load(ticketId)) ? true : new UsherError('NOT_FOUND');
}

export const ownsTicketToCancel = defineRule<TicketArguments>('ownsTicketToCancel', ({ id }, context) =>
  canCancelAsOwner(id, context),
);

export const ownsTicketOfSeats = defineRule<{ ticketId: string }>(
  'ownsTicketOfSeats',
  ({ ticketId }, context) => canCancelAsOwner(ticketId, context),
);
