import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** The metrics of one process. Labels have few values, from fixed lists: never a text of a client. */
export interface Metrics {
  registry: Registry;
  requests: Counter<'operation' | 'outcome'>;
  requestSeconds: Histogram<'operation'>;
  rateLimitedAttempts: Counter;
  listReads: Counter<'source'>;
  jobs: Counter<'job' | 'outcome'>;
  jobSeconds: Histogram<'job'>;
  gatewayCalls: Counter<'call' | 'outcome'>;
  gatewaySeconds: Histogram<'call'>;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    requests: new Counter({
      name: 'usher_requests_total',
      help: 'GraphQL requests by root field and by the code of their first error (OK without one).',
      labelNames: ['operation', 'outcome'],
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'usher_request_duration_seconds',
      help: 'Time from the headers of a GraphQL request to the end of its answer.',
      labelNames: ['operation'],
      buckets: SECONDS,
      registers,
    }),
    rateLimitedAttempts: new Counter({
      name: 'usher_rate_limited_attempts_total',
      help: 'Calls of cancelTicket and cancelSeats that the hourly limit rejected.',
      registers,
    }),
    listReads: new Counter({
      name: 'usher_list_reads_total',
      help: 'Reads of lists, if there are replicas, by the source of the answer. retried: a replica failed first.',
      labelNames: ['source'],
      registers,
    }),
    jobs: new Counter({
      name: 'usher_jobs_total',
      help: 'Jobs that ran, by name and outcome: done or failed.',
      labelNames: ['job', 'outcome'],
      registers,
    }),
    jobSeconds: new Histogram({
      name: 'usher_job_duration_seconds',
      help: 'Duration of jobs.',
      labelNames: ['job'],
      buckets: SECONDS,
      registers,
    }),
    gatewayCalls: new Counter({
      name: 'usher_gateway_calls_total',
      help: 'Calls of the payment provider, demand or lookUp, by its answer. unknown is a fault.',
      labelNames: ['call', 'outcome'],
      registers,
    }),
    gatewaySeconds: new Histogram({
      name: 'usher_gateway_call_duration_seconds',
      help: 'Duration of calls of the payment provider.',
      labelNames: ['call'],
      buckets: SECONDS,
      registers,
    }),
  };
}
