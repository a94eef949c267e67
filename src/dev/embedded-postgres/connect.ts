import postgres from 'postgres';

export interface ServerAddress {
  port: number;
  password: string;
}

/** It says that there is no TLS, or PGSSLMODE in the shell would ask for it. */
export function urlOf({ port, password }: ServerAddress): string {
  return `postgres://usher:${password}@127.0.0.1:${port}/usher?sslmode=disable`;
}

/**
 * One connection to the maintenance database, so that nothing of ours keeps the database `usher` from being
 * dropped or used as a template. It is closed by its user only: by default the client replaces it after 30 to
 * 60 minutes.
 */
export function connect(
  { port, password }: ServerAddress,
  onclose: () => void = () => undefined,
): postgres.Sql {
  return postgres({
    host: '127.0.0.1',
    port,
    user: 'usher',
    password,
    database: 'postgres',
    ssl: false,
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: 5,
    backoff: false,
    prepare: false,
    fetch_types: false,
    connection: { application_name: 'usher owner' },
    onnotice: () => undefined,
    onclose,
  });
}
