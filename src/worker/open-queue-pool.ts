import pg from 'pg';

/** Milliseconds. The queue's own statements take a few. */
const QUERY_TIMEOUT = 8_000;
const CONNECTION_TIMEOUT = 5_000;

/**
 * The connections of the job queue, which works with another driver. One that hangs is given up.
 *
 * @param onError is told of lost connections; the queue itself opens others
 */
export function openQueuePool(url: string, size: number, onError: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    application_name: 'usher queue',
    connectionTimeoutMillis: CONNECTION_TIMEOUT,
    query_timeout: QUERY_TIMEOUT,
    // Notices within half a minute that the other host is gone where nothing is asked: the connection that listens.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    Client: ImpatientClient,
  });
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', onError));
  return pool;
}

/**
 * After a time-out the driver only stops to wait: back in the pool, the connection would let the next one wait in vain,
 * too. Ended, it leaves the pool.
 */
class ImpatientClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const ask = this.query.bind(this) as (...given: unknown[]) => Promise<unknown> | undefined;
    const askImpatiently = (...given: unknown[]) => {
      const asked = ask(...given);
      asked?.catch((error: Error) => {
        if (error.message === 'Query read timeout') void this.end();
      });
      return asked;
    };
    this.query = askImpatiently as typeof this.query;
  }
}
