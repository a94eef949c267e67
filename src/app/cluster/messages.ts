import type { Registry } from 'prom-client';

/** What the first process and its API processes tell each other. */

export type Counts = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** What an API process has to know before it can answer. */
export interface Settings {
  origin: string;
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
  /** Only when all start: who takes a dead one's place binds the port when it can answer. */
  | { tell: 'listen' }
  | { tell: 'serve'; settings: Settings }
  | { tell: 'count'; question: number }
  | { tell: 'stop' };

export type Report =
  /** From now on it hears: what is sent to a process that has no listener yet is lost. */
  | { tell: 'hearing' }
  | { tell: 'listening'; origin: string }
  | { tell: 'ready'; ready: Ready }
  | { tell: 'failed'; why: string }
  | { tell: 'counted'; question: number; counts: Counts };
