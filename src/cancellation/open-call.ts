import { and, eq, sql } from 'drizzle-orm';
import { pipelineAndCommit } from '../platform/db/pipeline.ts';
import { statement } from '../platform/db/statement.ts';
import { idempotencyKeys, tickets } from '../platform/db/tables/index.ts';
import { toClientError } from '../platform/errors/mask-error.ts';
import { type RequestContext, signedIn } from '../tickets/request-context.ts';
import { isTicketId } from '../tickets/tickets.loader.ts';
import { lockUser, noteAttempt } from './cancellation-attempts.ts';
import { isKeyOfCall, type KeyUse, keyToFind, keyUseOf } from './idempotency-keys.ts';
import { inTransactionOfUser } from './in-transaction-of-user.ts';

/** The arguments of cancelTicket. */
export interface CancelArguments {
  id: string;
  expectedRefund?: bigint | null;
  idempotencyKey?: string | null;
}

/** What decides whether a call is let in. */
export interface OpenedCall {
  keyUse: KeyUse;
  /** Whether there was room for it under the hourly limit; it was not asked when the key was used before. */
  isCounted: boolean;
  /** Of the ticket's show; null for a missing ticket and for somebody else's alike. */
  showId: string | null;
}

const opened = new WeakMap<CancelArguments, Promise<OpenedCall>>();

/**
 * Opens a call, once: the access rules and the resolver of a field are given the same arguments object, made anew for each
 * run. Its attempt is counted, committed by itself, whatever becomes of the cancellation; a call whose key was used before
 * costs none.
 *
 * @throws UsherError for whatever goes wrong, logged
 */
export function openCall(args: CancelArguments, context: RequestContext): Promise<OpenedCall> {
  const known = opened.get(args);
  if (known) return known;
  const call = open(args, context).catch((error: unknown) => {
    // Once, though every rule that asks is told.
    throw toClientError(error, context.log.child({ traceId: context.traceId }));
  });
  opened.set(args, call);
  return call;
}

const readCall = statement((db) =>
  db
    .select({ ticket: { showId: tickets.showId }, usedKey: idempotencyKeys })
    // Each may be missing without the other, also when the user is.
    .from(sql`(select) as caller`)
    .leftJoin(
      tickets,
      and(eq(tickets.userId, sql.placeholder('userId')), eq(tickets.id, sql.placeholder('ticketId'))),
    )
    .leftJoin(idempotencyKeys, isKeyOfCall)
    .prepare('read_call'),
);

async function open(
  { id, expectedRefund = null, idempotencyKey = null }: CancelArguments,
  context: RequestContext,
): Promise<OpenedCall> {
  const { db, clock, cancelAttemptsPerHour: limit } = context;
  const userId = signedIn(context).id;
  const request = { userId, ticketId: id, expectedRefund, idempotencyKey };
  // What is no ticket's id could not even be compared with one; its key may have been used all the same.
  const ticketId = isTicketId(id) ? id : '';
  const key = keyToFind(request);
  const [, isCounted, [found]] = await inTransactionOfUser(db, userId, (tx) =>
    // Sent together, run one after the other: what is counted was committed before the lock was given, and a key that kept
    // the attempt from being counted is there when it is read.
    pipelineAndCommit(tx, [
      lockUser(tx, { userId }),
      noteAttempt(tx, clock, { userId, limit, key }),
      readCall(tx, { userId, ticketId, key }),
    ]),
  );
  return {
    keyUse: keyUseOf(found?.usedKey ?? null, request),
    isCounted,
    showId: found?.ticket?.showId ?? null,
  };
}
