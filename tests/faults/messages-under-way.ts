import { eq, or, sql } from 'drizzle-orm';
import { notifications } from '../../src/platform/db/tables/index.ts';

/** Messages that somebody has yet to send, or is sending: an SMS is UNKNOWN meanwhile, under a lease. */
export const isUnderWay = or(
  eq(notifications.status, 'PENDING'),
  sql`${notifications.leaseUntil} > clock_timestamp()`,
);
