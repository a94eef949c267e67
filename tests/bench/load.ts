import type { OperationName } from './operations.ts';

/** One request of a user. */
export interface LoadRequest {
  token: string;
  variables: Record<string, unknown>;
}

/** What the load process is asked for. */
export interface LoadOrder {
  origin: string;
  operation: OperationName;
  requests: LoadRequest[];
  connections: number;
  /** The longest that it lasts. */
  seconds: number;
  /** Each request is sent once at most: it ends when there are no more. Otherwise they are sent again. */
  once: boolean;
  /** A text that every right answer has. */
  expect: string;
}

/** What it saw. Latencies in milliseconds. */
export interface LoadResult {
  answers: number;
  seconds: number;
  p50: number;
  p99: number;
  failures: number;
  /** The first answer that was not as it should be. */
  firstFailure: string | null;
}
