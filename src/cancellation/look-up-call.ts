import { and, eq, sql } from 'drizzle-orm';
import { statement } from '../db/statement.ts';
import { idempotencyKeys, tickets, users } from '../db/tables/index.ts';
import { type RequestContext, signedIn } from '../tickets/request-context.ts';
import { isTicketId } from '../tickets/tickets.loader.ts';
import { type KeyUse, keyUseBy } from './idempotency-keys.ts';

/** The arguments of cancelTicket. */
export interface CancelArguments {
  id: string;
  expectedRefund?: bigint | null;
  idempotencyKey?: string | null;
}

/** What has to be known of a call before it is let in. */
interface Call {
  keyUse: KeyUse;
  /** Of the ticket's show; null for a missing ticket and for somebody else's alike. */
  showId: string | null;
}

const lookUps = new WeakMap<CancelArguments, Promise<Call>>();

/** Reads it once: the access rules and the resolver of a field are given the same arguments object, made anew for each run. */
export function lookUpCall(args: CancelArguments, context: RequestContext): Promise<Call> {
  const known = lookUps.get(args);
  if (known) return known;
  const call = readCall(args, context);
  lookUps.set(args, call);
  return call;
}

const ticketAndKey = statement((db) =>
  db
    .select({ showId: tickets.showId, key: idempotencyKeys })
    .from(users)
    .leftJoin(tickets, and(eq(tickets.userId, users.id), eq(tickets.id, sql.placeholder('ticketId'))))
    .leftJoin(
      idempotencyKeys,
      and(eq(idempotencyKeys.userId, users.id), eq(idempotencyKeys.key, sql.placeholder('idempotencyKey'))),
    )
    .where(eq(users.id, sql.placeholder('userId')))
    .prepare('ticket_and_key_of_call'),
);

async function readCall(
  { id, expectedRefund = null, idempotencyKey = null }: CancelArguments,
  context: RequestContext,
): Promise<Call> {
  const userId = signedIn(context).id;
  const request = { userId, ticketId: id, expectedRefund, idempotencyKey };
  // What is no ticket's id could not even be compared with one; its key may have been used all the same.
  const ticketId = isTicketId(id) ? id : '';
  const [found] = await ticketAndKey(context.db, { userId, ticketId, idempotencyKey });
  return { keyUse: keyUseBy(request, found?.key), showId: found?.showId ?? null };
}
