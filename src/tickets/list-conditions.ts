import { and, eq, gt, lt, lte, type SQL, sql } from 'drizzle-orm';
import { tickets } from '../platform/db/tables/index.ts';
import type { TicketFilter } from './ticket-filter.input.ts';
import type { TicketTiming } from './ticket-timing.ts';

/** A user's tickets, filtered. `timing` is evaluated at `now`. */
export interface TicketList {
  userId: string;
  filter: TicketFilter;
  now: Date;
}

/** No show lasts longer. Ongoing shows are looked for among those that started since. */
const LONGEST_SHOW = sql.raw(`interval '7 days'`);

/** Names the combination of conditions. Lists with the same name share their prepared statements. */
export function kindOf({ status, timing }: TicketFilter): string {
  const statuses = status == null ? 'any' : status.length === 1 ? 'one' : 'some';
  return `${statuses} ${timing ?? 'always'}`;
}

/**
 * The conditions of a list, on `tickets` alone: each can be decided from an index, without the show's row. `valuesOf`
 * has the values of their placeholders.
 */
export function conditions({ status, timing }: TicketFilter): (SQL | undefined)[] {
  return [
    eq(tickets.userId, sql.placeholder('userId')),
    status ? statusIs(status.length) : undefined,
    timing ? SHOWS_THAT_ARE[timing] : undefined,
  ];
}

export function valuesOf({ userId, filter: { status }, now }: TicketList) {
  return { userId, status: status?.length === 1 ? status[0] : status, now: now.toISOString() };
}

/** One status is compared by `=`, as only then the index by status has the order of the list. */
function statusIs(statuses: number): SQL {
  const status = sql.placeholder('status');
  return statuses === 1 ? eq(tickets.status, status) : sql`${tickets.status} = any(${status})`;
}

const now = sql`${sql.placeholder('now')}::timestamptz`;
const hasStarted = lte(tickets.listedStart, now);

const SHOWS_THAT_ARE: Record<TicketTiming, SQL | undefined> = {
  UPCOMING: gt(tickets.listedStart, now),
  ONGOING: and(
    hasStarted,
    gt(tickets.listedStart, sql`${now} - ${LONGEST_SHOW}`),
    gt(tickets.listedEnd, now),
  ),
  PAST: and(lt(tickets.listedStart, now), lte(tickets.listedEnd, now)),
};
