import { sql } from 'drizzle-orm';
import { Gauge, type Registry } from 'prom-client';
import type { Database } from '../platform/db/database.ts';

/**
 * Counts waiting work in the database, so every worker reports the same values. A locked job does not wait for a
 * worker; the job of a killed worker stays locked for four hours, while the sweeps do its work.
 */
const WORK = sql`
  select 'jobs' as what, count(*)::int as items, min(run_at) as since
    from graphile_worker.jobs where attempts < max_attempts and run_at <= now() and locked_at is null
  union all select 'jobs_given_up', count(*)::int, min(run_at)
    from graphile_worker.jobs where attempts >= max_attempts
  union all select 'refunds_processing', count(*)::int, min(requested_at)
    from refunds where next_attempt_at is not null
  union all select 'refunds_failed', count(*)::int, min(requested_at)
    from refunds where status = 'FAILED'
  union all select 'notifications', count(*)::int, min(created_at)
    from notifications where next_attempt_at is not null`;

type Work = { what: string; items: number; since: string | null }[];

/** How long counts are cached, so that frequent scrapes cost the database little. */
const CACHE_MS = 5_000;

/** Adds the gauges. They are read at each scrape and have no samples while the database does not answer. */
export function addWorkGauges(registry: Registry, db: Database): void {
  let work: Promise<Work> = Promise.resolve([]);
  let readAt = Number.NEGATIVE_INFINITY;
  const read = () => {
    if (performance.now() - readAt > CACHE_MS) {
      readAt = performance.now();
      work = db.execute<Work[number]>(WORK).catch(() => []);
    }
    return work;
  };
  const addGauge = (name: string, help: string, amount: (row: Work[number]) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['what'],
      registers: [registry],
      async collect() {
        this.reset();
        for (const row of await read()) this.set({ what: row.what }, amount(row));
      },
    });
  addGauge('usher_waiting', 'What waits to be done, or for a person.', ({ items }) => items);
  addGauge('usher_waiting_oldest_seconds', 'Since when the oldest of them has waited.', ({ since }) =>
    since === null ? 0 : (Date.now() - new Date(since).getTime()) / 1_000,
  );
}
