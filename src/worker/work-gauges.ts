import { sql } from 'drizzle-orm';
import { Gauge, type Registry } from 'prom-client';
import type { Database } from '../platform/db/database.ts';

/**
 * Counts waiting work in the database, so every worker reports the same values. A locked job does not wait for a
 * worker; the job of a killed worker stays locked for four hours, while the sweeps do its work. The age of a row is its
 * distance from now in either direction: one from the future was written while a clock was ahead, and its alarm should
 * fire too.
 */
const WORK = sql`
  select what, count(since)::int as items, coalesce(max(abs(extract(epoch from clock_timestamp() - since))), 0)::float8 as age
  from (values ('jobs'), ('jobs_given_up'), ('refunds_processing'), ('refunds_failed'), ('notifications')) as kind(what)
  left join (
    select case when attempts < max_attempts then 'jobs' else 'jobs_given_up' end as what, run_at as since
      from graphile_worker.jobs
      where attempts >= max_attempts
        or (locked_at is null and (run_at <= now() or run_at > now() + interval '7 hours'))
    union all select 'refunds_processing', requested_at from refunds where next_attempt_at is not null
    union all select 'refunds_failed', requested_at from refunds where status = 'FAILED'
    union all select 'notifications', created_at from notifications where next_attempt_at is not null
  ) as waiting using (what)
  group by what`;

type Work = { what: string; items: number; age: number }[];

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
  addGauge('usher_waiting_oldest_seconds', 'How long the oldest of them has waited.', ({ age }) => age);
}
