import postgres from 'postgres';

export interface ServerAddress {
  port: number;
  password: string;
}

/** Disables TLS explicitly, since PGSSLMODE in the environment could require it. */
export function urlOf({ port, password }: ServerAddress): string {
  return `postgres://usher:${password}@127.0.0.1:${port}/usher?sslmode=disable`;
}

/**
 * Opens one connection to the maintenance database `postgres`: a connection to `usher` would prevent others from
 * dropping that database or using it as a template. `max_lifetime` is off, since the driver would reconnect after 30 to
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
