/** Parameters of libpq that replace the parts of a URL before the question mark. */
const PLACE = ['host', 'port', 'user', 'password', 'dbname'] as const;

/** A placeholder: a URL without a host can have neither user nor port. */
const NO_HOST = 'no-host.invalid';

/**
 * Rewrites a database URL to the form that both drivers read: user, host and database before the question mark, and the
 * folder of a Unix socket as an encoded host.
 *
 *     postgres:///usher?host=/run/postgresql&user=usher  ->  postgres://usher@%2Frun%2Fpostgresql/usher
 *
 * @param url with at most one host
 * @returns null if it is not a URL
 */
export function withPlaceInFront(url: string): string | null {
  const [, scheme = '', rest = ''] = /^(postgres(?:ql)?:\/\/)(.*)$/s.exec(url) ?? [];
  const hasHost = !/^(?:[^@/?#]*@)?(?:[/?#]|$)/.test(rest);
  const spelled = hasHost ? url : `${scheme}${rest.replace(/^([^@/?#]*@)?/, `$1${NO_HOST}`)}`;
  if (!URL.canParse(spelled)) return null;
  const parsed = new URL(spelled);
  const given = Object.fromEntries(PLACE.map((name) => [name, parsed.searchParams.get(name)]));
  if (PLACE.every((name) => given[name] === null)) return url;
  for (const name of PLACE) parsed.searchParams.delete(name);
  if (given.port?.includes(',')) return null;
  if (given.host) parsed.hostname = given.host.split(',').map(encodeURIComponent).join(',');
  if (given.port) parsed.port = given.port;
  if (given.user) parsed.username = encodeURIComponent(given.user);
  if (given.password) parsed.password = encodeURIComponent(given.password);
  if (given.dbname) parsed.pathname = `/${encodeURIComponent(given.dbname)}`;
  return parsed.href.replace(NO_HOST, '');
}

/** Host and port, not decoded. A password may contain an @, so the last one ends it. */
function hostPart(url: string): string {
  return /^postgres(?:ql)?:\/\/(?:[^/?#]*@)?([^/?#]*)/.exec(url)?.[1] ?? '';
}

/** The folder of the Unix socket in a URL; null if it has a host. */
export function socketFolder(url: string): string | null {
  const host = /^%2F[^:]*/i.exec(hostPart(url))?.[0];
  return host ? decodeURIComponent(host) : null;
}

/** The IPv6 address in a URL, without brackets; null for any other host. */
export function ipv6Address(url: string): string | null {
  return /^\[([\da-f:.]+)\]/i.exec(hostPart(url))?.[1] ?? null;
}

/** Host, port and database of a URL, without user and password, for messages. */
export function placeOf(url: string): string {
  return decodeURIComponent(url.replace(/^postgres(?:ql)?:\/\/(?:[^/?#]*@)?/, '').replace(/\?.*$/s, ''));
}
