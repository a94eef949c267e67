import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import tls from 'node:tls';
import { ipv6Address, socketFolder } from './connection-url.ts';
import { eachHost } from './hosts-of-url.ts';

/**
 * How to speak TLS: false for not at all, 'prefer' for whenever the server does, otherwise options of node:tls.
 */
export type TlsChoice = false | 'prefer' | tls.ConnectionOptions;

/** Undefined: the driver takes PGHOST and PGPORT, or localhost and 5432. */
interface Place {
  host: string | undefined;
  port: number | undefined;
}

/** What a database URL says, in the meaning that psql (libpq) gives its parts. Both drivers connect by it. */
export interface DatabaseAddress {
  /** Host names, addresses without brackets, or the folder of one Unix socket. */
  hosts: Place[];
  /** Undefined: the driver takes PGUSER, or the user of the process. */
  user: string | undefined;
  password: string | undefined;
  database: string | undefined;
  tls: TlsChoice;
  /** Whether TLS begins at once, without asking (PostgreSQL 17). */
  isDirectTls: boolean;
  /** Seconds. */
  connectTimeout: number;
  applicationName: string | null;
  /** Which hosts are taken: only those that accept writes, if set. */
  targetSessionAttrs: 'read-write' | 'primary' | null;
  /** Settings of the session, in the form `-c name=value`. */
  options: string | null;
}

const DEFAULT_CONNECT_TIMEOUT = 5;
const TARGETS = ['read-write', 'primary'] as const;

/**
 * Reads a database URL, which may name several hosts.
 *
 * @throws when a file of a certificate cannot be read; the configuration has checked that it can
 */
export function readAddress(url: string): DatabaseAddress {
  const urls = eachHost(url) ?? [url];
  const [first = url] = urls;
  const { username, password, pathname, searchParams } = new URL(first);
  const database = decodeURIComponent(pathname.slice(1));
  const hosts = urls.map(placeOfOne);
  const timeout = Number(searchParams.get('connect_timeout'));
  return {
    hosts,
    user: decodeURIComponent(username) || undefined,
    password: decodeURIComponent(password) || undefined,
    database: database || undefined,
    tls: socketFolder(first) === null ? tlsOf(searchParams, hosts) : false,
    isDirectTls: searchParams.get('sslnegotiation') === 'direct',
    connectTimeout: timeout > 0 ? timeout : DEFAULT_CONNECT_TIMEOUT,
    applicationName: searchParams.get('application_name') ?? searchParams.get('fallback_application_name'),
    targetSessionAttrs: TARGETS.find((one) => one === searchParams.get('target_session_attrs')) ?? null,
    options: searchParams.get('options'),
  };
}

function placeOfOne(url: string): Place {
  const { hostname, port } = new URL(url);
  const host = socketFolder(url) ?? ipv6Address(url) ?? decodeURIComponent(hostname);
  return { host: host || undefined, port: port ? Number(port) : undefined };
}

export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof SSL_MODES)[number];

/**
 * The sslmode of a URL. `ssl=true` is that of JDBC, which libpq takes for `require`. A channel binding proves that the
 * server is the one that knows the password; the drivers have none, so a required one becomes a verified certificate,
 * which proves as much.
 */
export function sslModeOf(parameters: URLSearchParams): SslMode {
  const isVerified =
    parameters.get('channel_binding') === 'require' || parameters.get('sslrootcert') === 'system';
  if (isVerified) return 'verify-full';
  const mode = SSL_MODES.find((one) => one === parameters.get('sslmode'));
  return mode ?? (parameters.get('ssl') === 'true' ? 'require' : 'disable');
}

function tlsOf(parameters: URLSearchParams, hosts: Place[]): TlsChoice {
  const given = sslModeOf(parameters);
  const rootFile = parameters.get('sslrootcert');
  const ca = rootFile === null || rootFile === 'system' ? null : readFileSync(rootFile, 'utf8');
  // As libpq: with a root certificate, `require` verifies too.
  const mode = given === 'require' && ca !== null ? 'verify-ca' : given;
  if (mode === 'disable') return false;
  // Either accepts an answer with TLS and one without.
  if (mode === 'allow' || mode === 'prefer') return 'prefer';
  const [cert, key] = ['sslcert', 'sslkey'].map((name) => parameters.get(name));
  const own = cert && key ? { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') } : {};
  const options = { ...own, ...(ca === null ? {} : { ca }) };
  if (mode === 'require') return { ...options, rejectUnauthorized: false };
  if (mode === 'verify-ca') return { ...options, checkServerIdentity: () => undefined };
  return { ...options, checkServerIdentity: (name, certificate) => checkName(name, certificate, hosts) };
}

/** Node knows the name of a host, but not the address when a URL has one. Of several addresses, any may match. */
function checkName(name: string, certificate: tls.PeerCertificate, hosts: Place[]): Error | undefined {
  const addresses = hosts.flatMap(({ host = '' }) => (isIP(host) === 0 ? [] : [host]));
  const names = hosts.some(({ host }) => host === name) ? [name] : addresses;
  const errors = names.map((one) => tls.checkServerIdentity(one, certificate));
  if (errors.length > 0 && errors.some((error) => error === undefined)) return undefined;
  return errors[0] ?? new Error(`the certificate is not that of ${name}`);
}
