import type postgres from 'postgres';

/** Runs SQL texts: a pool or a transaction. */
export type Queryable = Pick<postgres.Sql, 'unsafe'>;

/**
 * Makes the server parse and plan each statement once for each connection. Drizzle does so only for named queries;
 * others take two round trips instead of one and are planned at every call. The number of different texts is small, as
 * values are parameters.
 */
export function prepareStatements(client: postgres.Sql): void {
  prepareAll(client);
  const begin = client.begin.bind(client) as (work: (tx: Queryable) => unknown) => Promise<unknown>;
  const beginPrepared = (work: (tx: Queryable) => unknown) =>
    begin((tx) => {
      prepareAll(tx);
      return work(tx);
    });
  client.begin = beginPrepared as typeof client.begin;
}

function prepareAll(queryable: Queryable): void {
  const unsafe = queryable.unsafe.bind(queryable);
  const prepared: typeof unsafe = (query, parameters, options) =>
    unsafe(query, parameters, { ...options, prepare: true });
  queryable.unsafe = prepared;
}
