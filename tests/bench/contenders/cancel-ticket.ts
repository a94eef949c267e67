import { randomUUID } from 'node:crypto';
import type { ReservedSql } from 'postgres';
import { environment } from './environment.ts';
import { sql } from './open-client.ts';
import { quoteOf } from './quote.ts';

/**
 * Usher's cancellation in plain SQL: the rate limit committed alone, lock, decide by the database's clock, write,
 * enqueue, commit. Statements that need no answer of one before them are sent together: three waits in all.
 */
export async function cancelTicket(userId: string, ticketId: string, key: string) {
  const connection = await sql.reserve();
  try {
    const refused = await takeAttempt(connection, userId, key);
    if (refused) throw new Error(refused);
    const facts = await lockAndRead(connection, userId, ticketId, key);
    const quote = facts && quoteOf(facts, Date.parse(facts.now));
    if (!facts || !quote || facts.payment_status !== 'SUCCESS') throw new Error('not cancellable');
    await write(connection, userId, ticketId, key, facts, quote);
    return { facts, quote };
  } catch (error) {
    await connection`rollback`;
    throw error;
  } finally {
    connection.release();
  }
}

async function takeAttempt(connection: ReservedSql, userId: string, key: string): Promise<string | null> {
  const [used, , , [attempts]] = await Promise.all([
    connection`
      select ticket_id from idempotency_keys where user_id = ${userId} and key = ${key}`,
    connection`begin`,
    connection`
      select id, set_config('synchronous_commit', 'off', true) from users where id = ${userId} for no key update`,
    connection<{ count: number }[]>`
      select count(*)::int from (
        select from cancellation_attempts
        where user_id = ${userId} and attempted_at > clock_timestamp() - interval '1 hour'
        order by attempted_at desc limit ${environment.cancelAttemptsPerHour}) as recent`,
  ]);
  if (used.length > 0) return 'a replay';
  return attempts && attempts.count < environment.cancelAttemptsPerHour ? null : 'too many';
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
  phone: string | null;
  /** The ticket that was cancelled with the key before; null: none. */
  used_for: string | null;
  show_id: string;
  seats_sold: number;
  seatIds: string[];
}

async function lockAndRead(
  connection: ReservedSql,
  userId: string,
  ticketId: string,
  key: string,
): Promise<Facts | null> {
  const [, , , , [facts], held] = await Promise.all([
    connection`
      insert into cancellation_attempts (user_id, id, attempted_at)
      values (${userId}, ${randomUUID()}, date_trunc('milliseconds', clock_timestamp()))`,
    connection`commit`,
    connection`begin`,
    connection`select id from tickets where user_id = ${userId} and id = ${ticketId} for update`,
    connection<Omit<Facts, 'seatIds'>[]>`
      select date_trunc('milliseconds', clock_timestamp()) as now, t.status, t.total_amount, t.show_id, s.start_time,
        p.cutoff_minutes, p.tier_over_minutes, p.tier_fee_bps, p.eta_min_business_days, p.eta_max_business_days,
        pay.id as payment_id, pay.status as payment_status, u.phone, used.ticket_id as used_for,
        (select count(*)::int from ticket_seats where user_id = t.user_id and ticket_id = t.id) as seats_sold
      from tickets t join shows s on s.id = t.show_id join cancellation_policies p on p.id = t.policy_id
      join users u on u.id = t.user_id
      left join payments pay on pay.user_id = t.user_id and pay.ticket_id = t.id
      left join idempotency_keys used on used.user_id = t.user_id and used.key = ${key}
      where t.user_id = ${userId} and t.id = ${ticketId}`,
    connection<{ seat_id: string }[]>`
      select seat_id from show_seats
      where show_id = (select show_id from tickets where user_id = ${userId} and id = ${ticketId})
        and user_id = ${userId} and ticket_id = ${ticketId}
      order by seat_id for update`,
  ]);
  return facts && facts.used_for === null ? { ...facts, seatIds: held.map((seat) => seat.seat_id) } : null;
}

/** A statement that fails makes the commit a rollback, as the key's does when it was taken meanwhile. */
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
  const jobs = JSON.stringify([
    { identifier: 'send-refund', payload: { userId, refundId } },
    { identifier: 'send-notifications', payload: { userId, ticketId, event: 'TICKET_CANCELLED' } },
  ]);
  await Promise.all([
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
    connection`
      select from graphile_worker.add_jobs(array(
        select job from json_populate_recordset(null::graphile_worker.job_spec, ${jobs}::text::json) as job))`,
    connection`commit`,
  ]);
}
