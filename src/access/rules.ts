import { takeAttempt } from '../cancellation/cancellation-attempts.ts';
import { type CancelRequest, findKeyUse, type KeyUse, keyTaken } from '../cancellation/idempotency-keys.ts';
import { UsherError } from '../errors/usher-error.ts';
import { type RequestContext, signedIn } from '../tickets/request-context.ts';
import { defineRule } from './define-rule.ts';

interface TicketArguments {
  id: string;
}

interface CancelArguments extends TicketArguments {
  expectedRefund?: bigint | null;
  idempotencyKey?: string | null;
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

export const keyIsWellFormed = defineRule<CancelArguments>('keyIsWellFormed', ({ idempotencyKey }) => {
  if (idempotencyKey == null || /^[\x20-\x7e]{1,128}$/.test(idempotencyKey)) return true;
  const message = 'idempotencyKey must be 1 to 128 printable ASCII characters.';
  return new UsherError('BAD_USER_INPUT', { message });
});

/** A replay is answered from what is there: it costs no attempt. */
export const isReplay = defineRule<CancelArguments>('isReplay', async (args, context) =>
  (await keyUse(args, context)) === 'same' ? true : NO_REPLAY,
);

/** Never told: where the call is none, keyIsUnused says what is wrong with the key. */
const NO_REPLAY = keyTaken();

export const keyIsUnused = defineRule<CancelArguments>('keyIsUnused', async (args, context) =>
  (await keyUse(args, context)) === 'unused' ? true : keyTaken(),
);

export const underCancelLimit = defineRule<CancelArguments>('underCancelLimit', async (_args, context) => {
  const { db, clock, cancelAttemptsPerHour } = context;
  const verdict = await takeAttempt(db, clock, signedIn(context).id, cancelAttemptsPerHour);
  if (verdict.allowed) return true;
  return new UsherError('RATE_LIMITED', { retryAfterSeconds: verdict.retryAfterSeconds });
});

/** One look-up serves both rules: they are given the same arguments object. */
const lookUps = new WeakMap<CancelArguments, Promise<KeyUse>>();

function keyUse(args: CancelArguments, context: RequestContext): Promise<KeyUse> {
  const known = lookUps.get(args);
  if (known) return known;
  // Whose ticket it is is asked for later, and read now: one wait for both. What fails here fails there again.
  context.loaders.tickets.load(args.id).catch(() => {});
  const request: CancelRequest = {
    userId: signedIn(context).id,
    ticketId: args.id,
    expectedRefund: args.expectedRefund ?? null,
    idempotencyKey: args.idempotencyKey ?? null,
  };
  const found = findKeyUse(context.db, request);
  lookUps.set(args, found);
  return found;
}
