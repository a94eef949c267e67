import { randomUUID } from 'node:crypto';
import type { ReservedSql } from 'postgres';
import { environment } from './environment.ts';
import { sql } from './open-client.ts';
import { quoteOf } from './quote.ts';

/**
 * Usher's cancellation in plain SQL: check the owner; lock, decide by the database's clock, write and commit in one
 * transaction; queue the jobs afterwards. Statements that do not depend on each other are pipelined.
 */
export async function cancelTicket(userId: string, ticketId: string, key: string) {
  const [owned] = await sql<{ show_id: string }[]>`
    select show_id from tickets where user_id = ${userId} and id = ${ticketId}`;
  if (!owned) throw new Error('not found');
  const connection = await sql.reserve();
  try {
    const facts = await lockAndRead(connection, userId, ticketId, owned.show_id, key);
    const quote = facts && quoteOf(facts, Date.parse(facts.now));
    if (!facts || !quote) throw new Error('not cancellable');
    await write(connection, userId, ticketId, key, facts, quote);
    return { facts, quote };
  } catch (error) {
    await connection`rollback`;
    throw error;
  } finally {
    connection.release();
  }
}

interface Facts {
  now: string;
  status: string;
  total_amount: string;
  start_time: string;
  cutoff_minutes: number;
  tier_over_minutes: number[];
  tier_fee_bps: number[];
  eta_min_business_days: number;
  eta_max_business_days: number;
  payment_id: string;
  payment_status: string;
  amount: string;
  phone: string | null;
  /** The ticket that an earlier call with the key cancelled; null if none. */
  used_for: string | null;
  /** Null if another attempt is allowed. */
  attempt_at_limit: string | null;
  show_id: string;
  seats_sold: number;
  seatIds: string[];
}

async function lockAndRead(
  connection: ReservedSql,
  userId: string,
  ticketId: string,
  showId: string,
  key: string,
): Promise<Facts | null> {
  const placesBefore = environment.cancelAttemptsPerHour - 1;
  const [, , , held, [facts]] = await Promise.all([
    connection`begin`,
    connection`select id from users where id = ${userId} for no key update`,
    connection`select id from tickets where user_id = ${userId} and id = ${ticketId} for update`,
    connection<{ seat_id: string }[]>`
      select seat_id from show_seats
      where show_id = ${showId} and user_id = ${userId} and ticket_id = ${ticketId}
      order by seat_id for update`,
    connection<Omit<Facts, 'seatIds'>[]>`
      select date_trunc('milliseconds', clock_timestamp()) as now, t.status, t.total_amount, t.show_id, s.start_time,
        p.cutoff_minutes, p.tier_over_minutes, p.tier_fee_bps, p.eta_min_business_days, p.eta_max_business_days,
        pay.id as payment_id, pay.status as payment_status, pay.amount, u.phone, used.ticket_id as used_for,
        (select count(*)::int from ticket_seats where user_id = t.user_id and ticket_id = t.id) as seats_sold,
        (select attempted_at from cancellation_attempts where user_id = t.user_id
          order by attempted_at desc offset ${placesBefore} limit 1) as attempt_at_limit
      from tickets t join shows s on s.id = t.show_id join cancellation_policies p on p.id = t.policy_id
      join users u on u.id = t.user_id
      left join payments pay on pay.user_id = t.user_id and pay.ticket_id = t.id
      left join idempotency_keys used on used.user_id = t.user_id and used.key = ${key}
      where t.user_id = ${userId} and t.id = ${ticketId}`,
  ]);
  const isAllowed =
    !facts?.attempt_at_limit || Date.parse(facts.now) - Date.parse(facts.attempt_at_limit) >= 3_600_000;
  if (!facts || facts.used_for !== null || !isAllowed) return null;
  return { ...facts, seatIds: held.map((seat) => seat.seat_id) };
}

/** If a statement fails, for instance because the key is taken, the commit becomes a rollback. */
async function write(
  connection: ReservedSql,
  userId: string,
  ticketId: string,
  key: string,
  facts: Facts,
  { fee, refund }: { fee: string; refund: string },
): Promise<void> {
  const { now } = facts;
  const refundId = `refund-${randomUUID()}`;
  const channels = facts.phone?.trim() ? ['EMAIL', 'SMS'] : ['EMAIL'];
  const event = JSON.stringify({ seatsSold: facts.seats_sold, seatsReleased: facts.seatIds.length });
  await Promise.all([
    connection`
      insert into cancellation_attempts (user_id, id, attempted_at) values (${userId}, ${randomUUID()}, ${now})`,
    connection`update tickets set status = 'CANCELLED', cancelled_at = ${now} where user_id = ${userId} and id = ${ticketId}`,
    connection`
      update payments set status = 'REFUNDED', refund_amount = ${refund}, refund_initiated_at = ${now}
      where user_id = ${userId} and id = ${facts.payment_id}`,
    connection`
      update show_seats set status = 'AVAILABLE', user_id = null, ticket_id = null, locked_at = null, locked_by = null
      where show_id = ${facts.show_id} and seat_id = any((select ${facts.seatIds}::text[])::text[])`,
    connection`
      insert into refunds (user_id, id, ticket_id, payment_id, original_amount, cancellation_fee, refund_amount, status,
        eta_min_business_days, eta_max_business_days, requested_at, next_attempt_at)
      values (${userId}, ${refundId}, ${ticketId}, ${facts.payment_id}, ${facts.total_amount}, ${fee}, ${refund}, 'PROCESSING',
        ${facts.eta_min_business_days}, ${facts.eta_max_business_days}, ${now}, ${now})`,
    connection`
      insert into ticket_events (user_id, ticket_id, seq, type, actor, at, facts)
      select ${userId}, ${ticketId}, coalesce(max(seq), 0) + 1, 'CANCELLED', 'USER', ${now}, ${event}::text::jsonb
      from ticket_events where user_id = ${userId} and ticket_id = ${ticketId}`,
    connection`
      insert into notifications (user_id, ticket_id, event, channel, created_at, next_attempt_at)
      select ${userId}, ${ticketId}, 'TICKET_CANCELLED', channel::notification_channel, ${now}, ${now}
      from unnest(${channels}::text[]) as channel on conflict do nothing`,
    connection`
      insert into idempotency_keys (user_id, key, ticket_id, created_at) values (${userId}, ${key}, ${ticketId}, ${now})`,
    connection`commit`,
  ]);
  addJobs([
    { identifier: 'send-refund', payload: { userId, refundId } },
    { identifier: 'send-notifications', payload: { userId, ticketId, event: 'TICKET_CANCELLED' } },
  ]);
}

let waiting: object[] = [];

/** Queues jobs in the background, with one statement per 25 ms. */
function addJobs(jobs: object[]): void {
  waiting.push(...jobs);
  if (waiting.length > jobs.length) return;
  setTimeout(() => {
    const specs = JSON.stringify(waiting);
    waiting = [];
    sql`
      select set_config('synchronous_commit', 'off', true) from graphile_worker.add_jobs(array(
        select job from json_populate_recordset(null::graphile_worker.job_spec, ${specs}::text::json) as job))`.catch(
      console.error,
    );
  }, 25);
}
