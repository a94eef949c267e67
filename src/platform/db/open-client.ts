import postgres from 'postgres';
import { ipv6Address, socketFolder } from './connection-url.ts';

/** Creates a client of the driver. The driver accepts a Unix socket or an IPv6 address only as an option. */
export function openClient<Options extends postgres.Options<Record<string, never>>>(
  url: string,
  options: Options,
): postgres.Sql {
  const host = socketFolder(url) ?? ipv6Address(url);
  return postgres(url, {
    connect_timeout: 5,
    onnotice: () => {},
    ...options,
    ...(host ? { host } : {}),
  });
}

/** Runs work on a new connection, then closes it. */
export async function withClient<Result>(
  url: string,
  work: (client: postgres.Sql) => Promise<Result>,
): Promise<Result> {
  const client = openClient(url, { max: 1 });
  try {
    return await work(client);
  } finally {
    await client.end({ timeout: 5 });
  }
}
