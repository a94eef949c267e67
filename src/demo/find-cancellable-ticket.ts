import { and, desc, eq, gt } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import { shows, tickets } from '../db/tables/index.ts';
import { DEMO_USER } from './users.ts';

/** The demo user's ticket that can be cancelled for longest; null when there is none. */
export async function findCancellableTicket(db: Database, now: Date): Promise<string | null> {
  const [ticket] = await db
    .select({ id: tickets.id })
    .from(tickets)
    .innerJoin(shows, eq(shows.id, tickets.showId))
    .where(and(eq(tickets.userId, DEMO_USER.id), eq(tickets.status, 'CONFIRMED'), gt(shows.startTime, now)))
    .orderBy(desc(shows.startTime), desc(tickets.id))
    .limit(1);
  return ticket?.id ?? null;
}
