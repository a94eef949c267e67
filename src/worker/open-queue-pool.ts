import pg from 'pg';
import { eachHost } from '../platform/db/hosts-of-url.ts';
import { QueueClient } from '../platform/db/queue-connection.ts';

/** Milliseconds; the queue's statements take only a few. */
const QUERY_TIMEOUT = 8_000;
const CONNECTION_TIMEOUT = 5_000;

const READ_ONLY = '25006';

/** The hosts of the queue's database. The last one that accepted writes is tried first. */
export interface QueueHosts {
  urls: readonly string[];
  /** The index of the host to connect to. */
  current: number;
}

/** @param url a database URL, which may name several hosts */
export function findQueueHosts(url: string): QueueHosts {
  return { urls: eachHost(url) ?? [url], current: 0 };
}

/**
 * Opens the connections of the job queue, which uses the driver `pg`. A connection that hangs is closed. That driver
 * connects to one host, so after a failure the next connection goes to the next host.
 *
 * @param hosts shared by consecutive pools
 * @param onError receives the error of a lost connection; the queue then opens another one
 */
export function openQueuePool(hosts: QueueHosts, size: number, onError: (error: Error) => void): pg.Pool {
  const tryNextHost = (failed: number) => {
    if (hosts.current === failed) hosts.current = (failed + 1) % hosts.urls.length;
  };

  class ClientOfHost extends ClosingClient {
    readonly hostIndex = hosts.current;

    constructor(config?: pg.ClientConfig) {
      super(hosts.urls[hosts.current] ?? '', config);
      const connect = this.connect.bind(this) as (done: (error?: Error) => void) => void;
      const connectOrTryNextHost = (done: (error?: Error) => void) =>
        connect((error) => {
          if (error) tryNextHost(this.hostIndex);
          done(error);
        });
      this.connect = connectOrTryNextHost as typeof this.connect;
    }
  }

  const refuseReadOnly = async (client: pg.ClientBase): Promise<void> => {
    const { rows } = await client.query('show transaction_read_only');
    if (rows[0]?.transaction_read_only === 'off') return;
    tryNextHost((client as ClientOfHost).hostIndex);
    throw new Error('the host is read only');
  };

  const pool = new pg.Pool({
    max: size,
    application_name: 'usher queue',
    connectionTimeoutMillis: CONNECTION_TIMEOUT,
    query_timeout: QUERY_TIMEOUT,
    // The connection that listens for jobs sends no queries, so only this detects a lost host, within half a minute.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    Client: ClientOfHost,
    ...(hosts.urls.length > 1 ? { onConnect: refuseReadOnly } : {}),
  });
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', onError));
  return pool;
}

/**
 * Closes its connection after a time-out, or when the server has become read-only, which removes it from the pool. The
 * driver itself would return the connection to the pool, where the next query fails too.
 */
class ClosingClient extends QueueClient {
  constructor(url: string, config?: pg.ClientConfig) {
    super(url, config);
    const query = this.query.bind(this) as (...args: unknown[]) => Promise<unknown> | undefined;
    const queryOrClose = (...args: unknown[]) => {
      const result = query(...args);
      result?.catch((error: Error & { code?: string }) => {
        if (error.message === 'Query read timeout' || error.code === READ_ONLY) void this.end();
      });
      return result;
    };
    this.query = queryOrClose as typeof this.query;
  }
}
