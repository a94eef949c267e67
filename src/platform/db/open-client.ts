import postgres from 'postgres';
import { ipv6Address, socketFolder } from './connection-url.ts';
import { PINNED_PARAMETERS, POOLED_PARAMETERS } from './pinned-settings.ts';

/**
 * Creates a client of the driver, whose sessions pin the settings that change what is read and written. The driver
 * accepts a Unix socket or an IPv6 address only as an option.
 *
 * @param isPooled whether the URL is that of a pooler, which accepts few settings
 */
export function openClient<Options extends postgres.Options<Record<string, never>>>(
  url: string,
  options: Options,
  isPooled = false,
): postgres.Sql {
  const host = socketFolder(url) ?? ipv6Address(url);
  return postgres(url, {
    connect_timeout: 5,
    onnotice: () => {},
    ...options,
    connection: { ...options.connection, ...(isPooled ? POOLED_PARAMETERS : PINNED_PARAMETERS) },
    ...(host ? { host } : {}),
  });
}

/** Runs work on a new connection, then closes it. `isPooled` is that of `openClient`. */
export async function withClient<Result>(
  url: string,
  work: (client: postgres.Sql) => Promise<Result>,
  isPooled = false,
): Promise<Result> {
  const client = openClient(url, { max: 1 }, isPooled);
  try {
    return await work(client);
  } finally {
    await client.end({ timeout: 5 });
  }
}
