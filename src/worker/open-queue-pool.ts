import pg from 'pg';
import { forQueue } from '../platform/db/connection-url.ts';
import { eachHost } from '../platform/db/hosts.ts';

/** Milliseconds. The queue's own statements take a few. */
const QUERY_TIMEOUT = 8_000;
const CONNECTION_TIMEOUT = 5_000;

const READ_ONLY = '25006';

/** Where the queue's database may be: of several hosts, the last one that was found to take writes is asked first. */
export interface QueueHosts {
  urls: readonly string[];
  /** Which of them is to be asked. */
  current: number;
}

/** @param url may name several hosts */
export function findQueueHosts(url: string): QueueHosts {
  return { urls: eachHost(url) ?? [url], current: 0 };
}

/**
 * The connections of the job queue, which works with another driver. One that hangs is given up. That driver knows of one
 * host only: where one is refused, the next connection goes to the next host.
 *
 * @param hosts outlive the pool
 * @param onError is told of lost connections; the queue itself opens others
 */
export function openQueuePool(hosts: QueueHosts, size: number, onError: (error: Error) => void): pg.Pool {
  const lookElsewhere = (refused: number) => {
    if (hosts.current === refused) hosts.current = (refused + 1) % hosts.urls.length;
  };

  class QueueClient extends ImpatientClient {
    readonly asked = hosts.current;

    constructor(config?: pg.ClientConfig) {
      super({ ...config, connectionString: forQueue(hosts.urls[hosts.current] ?? '') });
      const connect = this.connect.bind(this) as (told: (error?: Error) => void) => void;
      const connectOrLookElsewhere = (told: (error?: Error) => void) =>
        connect((error) => {
          if (error) lookElsewhere(this.asked);
          told(error);
        });
      this.connect = connectOrLookElsewhere as typeof this.connect;
    }
  }

  const refuseReadOnly = async (client: pg.ClientBase): Promise<void> => {
    const { rows } = await client.query('show transaction_read_only');
    if (rows[0]?.transaction_read_only === 'off') return;
    lookElsewhere((client as QueueClient).asked);
    throw new Error('the host is read only');
  };

  const pool = new pg.Pool({
    max: size,
    application_name: 'usher queue',
    connectionTimeoutMillis: CONNECTION_TIMEOUT,
    query_timeout: QUERY_TIMEOUT,
    // Notices within half a minute that the other host is gone where nothing is asked: the connection that listens.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    Client: QueueClient,
    ...(hosts.urls.length > 1 ? { onConnect: refuseReadOnly } : {}),
  });
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', onError));
  return pool;
}

/**
 * After a time-out the driver only stops to wait: back in the pool, the connection would let the next one wait in vain,
 * too. So would one to a server that takes no writes any more. Ended, it leaves the pool.
 */
class ImpatientClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const ask = this.query.bind(this) as (...given: unknown[]) => Promise<unknown> | undefined;
    const askImpatiently = (...given: unknown[]) => {
      const asked = ask(...given);
      asked?.catch((error: Error & { code?: string }) => {
        if (error.message === 'Query read timeout' || error.code === READ_ONLY) void this.end();
      });
      return asked;
    };
    this.query = askImpatiently as typeof this.query;
  }
}
