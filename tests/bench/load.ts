import type { OperationName } from './operations.ts';

/** One request of a user. */
export interface LoadRequest {
  token: string;
  variables: Record<string, unknown>;
}

/** An order to the load process. */
export interface LoadOrder {
  origin: string;
  operation: OperationName;
  requests: LoadRequest[];
  connections: number;
  /** The maximum duration. */
  seconds: number;
  /** Whether each request is sent at most once, and the run ends after the last. Otherwise they repeat. */
  once: boolean;
  /** A text that every correct response contains. */
  expect: string;
}

/** The result. Latencies in milliseconds. */
export interface LoadResult {
  answers: number;
  seconds: number;
  p50: number;
  p99: number;
  failures: number;
  /** The first incorrect response. */
  firstFailure: string | null;
}
