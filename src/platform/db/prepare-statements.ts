import type postgres from 'postgres';

/** Takes SQL as text: a pool, or a transaction. */
export type Asker = Pick<postgres.Sql, 'unsafe'>;

/**
 * Has the server parse and plan each statement once a connection. Drizzle asks for that only where a query is named;
 * what is not prepared is asked about, then bound: two waits instead of one, and a plan at every call. The texts are
 * ours and few, whatever the values are.
 */
export function prepareStatements(client: postgres.Sql): void {
  prepareThoseOf(client);
  const begin = client.begin.bind(client) as (work: (tx: Asker) => unknown) => Promise<unknown>;
  const beginPrepared = (work: (tx: Asker) => unknown) =>
    begin((tx) => {
      prepareThoseOf(tx);
      return work(tx);
    });
  client.begin = beginPrepared as typeof client.begin;
}

function prepareThoseOf(asker: Asker): void {
  const unsafe = asker.unsafe.bind(asker);
  const prepared: typeof unsafe = (query, parameters, options) =>
    unsafe(query, parameters, { ...options, prepare: true });
  asker.unsafe = prepared;
}
