import postgres from 'postgres';
import { ipv6Address, socketFolder } from './connection-url.ts';

/** A client of the driver for one URL. The driver takes a Unix socket and an IPv6 address as an option only. */
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

/** Works with one connection of its own, and closes it. */
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
