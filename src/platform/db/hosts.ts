import { eachHost } from './hosts-of-url.ts';
import { openClient } from './open-client.ts';

const TIMEOUT_SECONDS = 5;

/**
 * Finds the host that accepts writes, for programs that connect to one host. Returns a URL with one host unchanged.
 *
 * @throws the error of the last host if no host accepts writes
 */
export async function writableHost(url: string): Promise<string> {
  const urls = eachHost(url) ?? [url];
  if (urls.length === 1) return url;
  let lastError: unknown;
  for (const one of urls) {
    const client = openClient(one, {
      max: 1,
      target_session_attrs: 'read-write',
    });
    try {
      await client`select 1`;
      return one;
    } catch (error) {
      lastError = error;
    } finally {
      await client.end({ timeout: TIMEOUT_SECONDS });
    }
  }
  throw lastError;
}
