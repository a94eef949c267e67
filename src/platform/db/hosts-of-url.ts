/** As libpq accepts it: user and password, hosts separated by commas, database and options. */
const URL_OF_HOSTS = /^(postgres(?:ql)?:\/\/(?:[^@/?#]*@)?)([^@/?#]+)(.*)$/;
const HOST = /^[^\s:[\]]+(?::\d+)?$/;
const DEFAULT_PORT = 5_432;

/**
 * Splits a database URL into one URL for each host: `postgres://user:password@a:5432,b:5432/usher`. The hosts are a
 * primary and the standbys that may replace it.
 *
 * @returns null if one of them is not a URL
 */
export function eachHost(url: string): string[] | null {
  const [, start = '', hosts = '', end = ''] = URL_OF_HOSTS.exec(url) ?? [];
  const names = hosts.split(',');
  if (names.length === 1) return URL.canParse(url) ? [url] : null;
  const urls = names.map((name) => `${start}${name.includes(':') ? name : `${name}:${DEFAULT_PORT}`}${end}`);
  return names.every((name) => HOST.test(name) && !name.startsWith('%')) &&
    urls.every((one) => URL.canParse(one))
    ? urls
    : null;
}

/** Adds the default port to each of several hosts, because the drivers' defaults differ. */
export function withPorts(url: string): string {
  const urls = eachHost(url) ?? [url];
  if (urls.length === 1) return url;
  const [, start = '', , end = ''] = URL_OF_HOSTS.exec(url) ?? [];
  return `${start}${urls.map((one) => URL_OF_HOSTS.exec(one)?.[2]).join(',')}${end}`;
}
