import type { Sql } from 'postgres';

/**
 * Inserts the rows that cancellations of earlier days leave: keys, attempts, messages and jobs. For empty tables
 * PostgreSQL would plan sequential scans and keep the plan while they fill, unlike in a production database.
 */
export async function writePastCancellations(sql: Sql): Promise<void> {
  await sql`create temporary table past as select user_id, id, ticket_id from refunds limit ${MOST}`;
  await sql`insert into idempotency_keys (user_id, key, ticket_id, created_at)
    select user_id, 'past ' || id, ticket_id, ${DAYS_AGO} from past`;
  await sql`insert into cancellation_attempts (user_id, id, attempted_at)
    select user_id, id, ${DAYS_AGO} from past`;
  await sql`insert into notifications (user_id, ticket_id, event, channel, status, created_at, sent_at)
    select user_id, ticket_id, 'TICKET_CANCELLED', 'EMAIL', 'SENT', ${DAYS_AGO}, ${DAYS_AGO} from past`;
  await sql`select graphile_worker.add_job('send-refund', json_build_object('refundId', id), run_at := 'infinity')
    from past`;
}

const MOST = 20_000;
const DAYS_AGO = new Date(Date.now() - 2 * 86_400_000);
