import type { Sql } from 'postgres';
import type { BenchDatabase } from './bench-database.ts';

/** Reverts every cancellation of the benchmark, so that the next contender finds the same rows. */
export async function renewTickets({ sql }: BenchDatabase): Promise<void> {
  await untilIdle(sql);
  await sql.begin(async (tx) => {
    await tx`create temporary table renewed on commit drop as
      select t.* from tickets t join refunds r on r.user_id = t.user_id and r.ticket_id = t.id where r.status = 'PROCESSING'`;
    await tx`delete from refunds where status = 'PROCESSING'`;
    await tx`delete from ticket_events e using renewed t
      where e.user_id = t.user_id and e.ticket_id = t.id and e.type = 'CANCELLED'`;
    await tx`delete from notifications n using renewed t
      where n.user_id = t.user_id and n.ticket_id = t.id`;
    await tx`delete from idempotency_keys where created_at > now() - interval '1 day'`;
    await tx`delete from cancellation_attempts where attempted_at > now() - interval '1 day'`;
    await tx`delete from graphile_worker._private_jobs where run_at <> 'infinity'`;
    await tx`update payments p set status = 'SUCCESS', refund_amount = null, refund_initiated_at = null
      from renewed t where p.user_id = t.user_id and p.ticket_id = t.id`;
    await tx`update show_seats held set status = 'BOOKED', user_id = t.user_id, ticket_id = t.id
      from renewed t join ticket_seats s on s.user_id = t.user_id and s.ticket_id = t.id
      where held.show_id = t.show_id and held.seat_id = s.seat_id`;
    await tx`update tickets set status = 'CONFIRMED', cancelled_at = null from renewed t
      where tickets.user_id = t.user_id and tickets.id = t.id`;
  });
  await sql.unsafe('vacuum tickets, payments, refunds, show_seats, ticket_events, notifications');
  await sql.unsafe('vacuum idempotency_keys, cancellation_attempts, graphile_worker._private_jobs');
  await sql.unsafe('checkpoint');
}

/** Waits for requests that were in flight when the load ended, so that their cancellations can be reverted too. */
async function untilIdle(sql: Sql): Promise<void> {
  for (let quiet = 0; quiet < QUIET_LOOKS; ) {
    await new Promise((resolve) => setTimeout(resolve, MS_BETWEEN_LOOKS));
    const [busy] = await sql<{ count: number }[]>`
      select count(*)::int from pg_stat_activity
      where backend_type = 'client backend' and state <> 'idle' and pid <> pg_backend_pid()`;
    quiet = busy?.count === 0 ? quiet + 1 : 0;
  }
}

const QUIET_LOOKS = 5;
const MS_BETWEEN_LOOKS = 100;
