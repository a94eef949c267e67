import { eq, or, sql } from 'drizzle-orm';
import { notifications } from '../../src/platform/db/tables/index.ts';

/** Messages that are waiting or being sent. An SMS is UNKNOWN, with a lease, while it is being sent. */
export const isUnderWay = or(
  eq(notifications.status, 'PENDING'),
  sql`${notifications.leaseUntil} > clock_timestamp()`,
);
