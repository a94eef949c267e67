import { openClient } from './open-client.ts';

/** What libpq takes, too: user and password, hosts with commas between, database and options. */
const URL_OF_HOSTS = /^(postgres(?:ql)?:\/\/(?:[^@/?#]*@)?)([^@/?#]+)(.*)$/;
const HOST = /^[^\s:[\]]+(?::\d+)?$/;
const USUAL_PORT = 5_432;
const TIMEOUT_SECONDS = 5;

/**
 * The URL of each host of a database URL, which may name several: `postgres://user:password@a:5432,b:5432/usher`. They
 * are a primary and those that may be promoted in its place.
 *
 * @returns null when one of them is none
 */
export function eachHost(url: string): string[] | null {
  const [, start = '', hosts = '', end = ''] = URL_OF_HOSTS.exec(url) ?? [];
  const names = hosts.split(',');
  if (names.length === 1) return URL.canParse(url) ? [url] : null;
  const urls = names.map((name) => `${start}${name.includes(':') ? name : `${name}:${USUAL_PORT}`}${end}`);
  return names.every((name) => HOST.test(name) && !name.startsWith('%')) &&
    urls.every((one) => URL.canParse(one))
    ? urls
    : null;
}

/** The same URL in which each of several hosts has its port: drivers take different ones for those without. */
export function withPorts(url: string): string {
  const urls = eachHost(url) ?? [url];
  if (urls.length === 1) return url;
  const [, start = '', , end = ''] = URL_OF_HOSTS.exec(url) ?? [];
  return `${start}${urls.map((one) => URL_OF_HOSTS.exec(one)?.[2]).join(',')}${end}`;
}

/**
 * The URL of the host that takes writes now, for programs that know of one host only. A URL of one host is taken as it
 * is.
 *
 * @throws what the last host answered when none does
 */
export async function writableHost(url: string): Promise<string> {
  const urls = eachHost(url) ?? [url];
  if (urls.length === 1) return url;
  let refusal: unknown;
  for (const one of urls) {
    const client = openClient(one, {
      max: 1,
      target_session_attrs: 'read-write',
    });
    try {
      await client`select 1`;
      return one;
    } catch (error) {
      refusal = error;
    } finally {
      await client.end({ timeout: TIMEOUT_SECONDS });
    }
  }
  throw refusal;
}
