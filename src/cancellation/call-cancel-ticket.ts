import { UsherError } from '../platform/errors/usher-error.ts';
import { type RequestContext, signedIn } from '../tickets/request-context.ts';
import { MOST_SEAT_IDS } from '../tickets/seats/ticket-seat-id.ts';
import { type CancellationOutcome, cancelTicket } from './cancel-ticket.ts';

/** The complexity of a mutation that cancels: it sends about fifteen statements. */
export const CANCELLATION_COST = 1_500;

/** The arguments of a mutation, as the client sent them. */
interface Arguments {
  ticketId: string;
  /** Null for the whole ticket. */
  seatIds: readonly string[] | null;
  expectedRefund: bigint | null | undefined;
  idempotencyKey: string | null | undefined;
}

/**
 * Checks the arguments of a mutation and cancels.
 *
 * @throws UsherError NOT_FOUND, BAD_USER_INPUT or RATE_LIMITED
 */
export async function callCancelTicket(context: RequestContext, given: Arguments): Promise<CalledOutcome> {
  const { ticketId, expectedRefund = null, idempotencyKey = null } = given;
  checkKey(idempotencyKey);
  const seatIds = given.seatIds && readSeatIds(given.seatIds);
  const showId = await context.loaders.showIds.load(ticketId);
  if (!showId) throw new UsherError('NOT_FOUND');
  const userId = signedIn(context).id;
  const request = { userId, ticketId, showId, seatIds, expectedRefund, idempotencyKey };
  const outcome = await cancelTicket(context, request);
  clearLoaders(ticketId, context);
  switch (outcome.kind) {
    case 'notFound':
      throw new UsherError('NOT_FOUND');
    case 'keyTaken':
      throw new UsherError('BAD_USER_INPUT', {
        message: 'This idempotencyKey was used with other arguments. Use a new key for a new cancellation.',
      });
    case 'unknownSeats':
      throw new UsherError('BAD_USER_INPUT', {
        message: 'seatIds contains an id that is of no seat of this ticket. Use the ids of `Ticket.seats`.',
      });
    case 'rateLimited':
      throw new UsherError('RATE_LIMITED', { retryAfterSeconds: outcome.retryAfterSeconds });
    default:
      return outcome;
  }
}

/** The outcomes that the schema has types for. */
export type CalledOutcome = Extract<CancellationOutcome, { row: unknown }>;

function checkKey(key: string | null): void {
  if (key === null || /^[\x20-\x7e]{1,128}$/.test(key)) return;
  const message = 'idempotencyKey must be 1 to 128 printable ASCII characters.';
  throw new UsherError('BAD_USER_INPUT', { message });
}

/** Each id once, in an order that does not depend on the client's. */
function readSeatIds(ids: readonly string[]): string[] {
  if (ids.length === 0 || ids.length > MOST_SEAT_IDS)
    throw new UsherError('BAD_USER_INPUT', { message: `seatIds must be 1 to ${MOST_SEAT_IDS} ids.` });
  return [...new Set(ids)].sort();
}

/** Discards what an earlier alias of the same operation read of the ticket. */
function clearLoaders(ticketId: string, { loaders }: RequestContext): void {
  loaders.seats.clear(ticketId);
  loaders.payments.clear(ticketId);
  loaders.refunds.clear(ticketId);
  loaders.events.clear(ticketId);
}
