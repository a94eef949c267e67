import type { Registry } from 'prom-client';

/** What the first process and its API processes tell each other. */

export type Counts = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** What an API process has to know before it can answer. */
export interface Settings {
  databaseUrl: string;
  webhookSecret: string | null;
  /** Where the metrics of all processes are. */
  metricsUrl: string;
}

export interface Ready {
  demoToken: string | null;
  hasWebClient: boolean;
}

export type Order =
  | { tell: 'serve'; settings: Settings }
  | { tell: 'count'; question: number }
  | { tell: 'stop' };

export type Report =
  | { tell: 'listening'; origin: string }
  | { tell: 'ready'; ready: Ready }
  | { tell: 'failed'; why: string }
  | { tell: 'counted'; question: number; counts: Counts };
