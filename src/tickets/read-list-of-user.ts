import { createTurnsOfUsers } from '../platform/db/turns-of-users.ts';
import { type RequestContext, signedIn } from './request-context.ts';

/** The lists that one user reads concurrently. Two, as "My bookings" may show upcoming and past tickets together. */
const inTurn = createTurnsOfUsers(2);

/**
 * Reads a list when it is its user's turn. Lists can cost more than other reads, and one operation may contain dozens of
 * them: all but two of a user wait here, so the connections are free for other users (docs/decisions/056). A list whose
 * client has left meanwhile is never read.
 *
 * @throws NoTurnError after 5 seconds of waiting
 */
export function readListOfUser<Result>(
  context: RequestContext,
  read: () => Promise<Result>,
): Promise<Result> {
  const { id } = signedIn(context);
  return inTurn(context.db, id, () => {
    context.throwIfAborted();
    return read();
  });
}
