import { pino } from 'pino';
import { type CancellationOutcome, cancelTicket } from '../../src/cancellation/cancel-ticket.ts';
import type { Clock } from '../../src/platform/db/clock.ts';
import type { Database } from '../../src/platform/db/database.ts';
import { createJobQueue } from '../../src/platform/jobs/job-queue.ts';
import { newTraceId } from '../../src/platform/telemetry/trace.ts';

interface Given {
  ticketId: string;
  userId?: string;
  showId?: string;
  /** The ids of seats in the schema; the whole ticket without them. */
  seatIds?: string[] | null;
}

/** Calls cancelTicket without an API, and waits until the jobs are queued. */
export async function cancelWithoutApi(
  db: Database,
  clock: Clock,
  { ticketId, userId = 'user-asha', showId = `show-${ticketId}`, seatIds = null }: Given,
): Promise<CancellationOutcome> {
  const jobs = createJobQueue(db, pino({ level: 'silent' }));
  const outcome = await cancelTicket(
    {
      db,
      clock,
      jobs,
      replicas: null,
      cancelAttemptsPerHour: 1_000,
      traceId: newTraceId(),
      throwIfAborted: () => {},
    },
    { userId, ticketId, showId, seatIds, expectedRefund: null, idempotencyKey: null },
  );
  await jobs.flush();
  return outcome;
}
