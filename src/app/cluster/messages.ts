import type { Registry } from 'prom-client';

/** The messages between the primary process of a cluster and its API processes. */

export type Counts = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** What an API process needs before it can answer requests. */
export interface Settings {
  origin: string;
  databaseUrl: string;
  webhookSecret: string | null;
  /** The URL of the metrics of all processes. */
  metricsUrl: string;
}

export interface Ready {
  demoToken: string | null;
  hasWebClient: boolean;
}

export type Order =
  /** Only at the first start. A replacement for an exited process binds the port when it can answer. */
  | { tell: 'listen' }
  | { tell: 'serve'; settings: Settings }
  | { tell: 'count'; question: number }
  | { tell: 'stop' };

export type Report =
  /** The process listens to messages. Those sent earlier are lost. */
  | { tell: 'hearing' }
  | { tell: 'listening'; origin: string }
  | { tell: 'ready'; ready: Ready }
  | { tell: 'failed'; why: string }
  | { tell: 'counted'; question: number; counts: Counts };
