import { secondsUntilRoom } from '../../cancellation/cancellation-attempts.ts';
import { keyTaken } from '../../cancellation/idempotency-keys.ts';
import { type CancelArguments, openCall } from '../../cancellation/open-call.ts';
import { UsherError } from '../../platform/errors/usher-error.ts';
import { signedIn } from '../../tickets/request-context.ts';
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

/** Somebody else's ticket answers as a missing one. */
export const ownsTicket = defineRule<TicketArguments>('ownsTicket', async ({ id }, { loaders }) =>
  (await loaders.tickets.load(id)) ? true : new UsherError('NOT_FOUND'),
);

/** As `ownsTicket`, of the call that the other rules have opened. */
export const ownsTicketToCancel = defineRule<CancelArguments>('ownsTicketToCancel', async (args, context) =>
  (await openCall(args, context)).showId === null ? new UsherError('NOT_FOUND') : true,
);

export const keyIsWellFormed = defineRule<CancelArguments>('keyIsWellFormed', ({ idempotencyKey }) => {
  if (idempotencyKey == null || /^[\x20-\x7e]{1,128}$/.test(idempotencyKey)) return true;
  const message = 'idempotencyKey must be 1 to 128 printable ASCII characters.';
  return new UsherError('BAD_USER_INPUT', { message });
});

/** A replay is answered from what is there: it costs no attempt. */
export const isReplay = defineRule<CancelArguments>('isReplay', async (args, context) =>
  (await openCall(args, context)).keyUse === 'same' ? true : NO_REPLAY,
);

/** Never told: where the call is none, keyIsUnused says what is wrong with the key. */
const NO_REPLAY = keyTaken();

export const keyIsUnused = defineRule<CancelArguments>('keyIsUnused', async (args, context) =>
  (await openCall(args, context)).keyUse === 'unused' ? true : keyTaken(),
);

export const underCancelLimit = defineRule<CancelArguments>('underCancelLimit', async (args, context) => {
  if ((await openCall(args, context)).isCounted) return true;
  const { db, clock, cancelAttemptsPerHour: limit } = context;
  const retryAfterSeconds = await secondsUntilRoom(db, clock, { userId: signedIn(context).id, limit });
  return new UsherError('RATE_LIMITED', { retryAfterSeconds });
});
