import { SSL_MODES } from './database-address.ts';

/** The parameters of a database URL: which ones have a meaning here, which none, and which are refused. */

type Check = RegExp | null;

/** Null: any value. */
const TAKEN: Record<string, Check> = {
  sslmode: new RegExp(`^(${SSL_MODES.join('|')})$`),
  ssl: /^(true|false)$/,
  sslrootcert: null,
  sslcert: null,
  sslkey: null,
  sslnegotiation: /^(postgres|direct)$/,
  channel_binding: /^(disable|prefer|require)$/,
  connect_timeout: /^\d+$/,
  application_name: null,
  fallback_application_name: null,
  options: null,
  target_session_attrs: /^(read-write|primary)$/,
};

/** Known to libpq or to other clients, and without effect here: with these values they ask for nothing. */
const WITHOUT_EFFECT: Record<string, Check> = {
  gssencmode: /^(disable|prefer)$/,
  client_encoding: /^(auto|utf-?8)$/i,
  keepalives: null,
  keepalives_idle: null,
  keepalives_interval: null,
  keepalives_count: null,
  tcp_user_timeout: null,
  load_balance_hosts: /^disable$/,
  sslsni: /^1$/,
  sslcompression: /^0$/,
  // Of node-postgres: its sslmode is libpq's here anyway.
  uselibpqcompat: null,
  // Of Prisma, and of the URLs that providers print for it.
  schema: /^public$/,
  currentSchema: /^public$/,
  pgbouncer: null,
  connection_limit: null,
  pool_timeout: null,
  statement_cache_size: null,
  supa: null,
  workaround: null,
};

const HINTS: Record<string, string> = {
  sslmode: 'no-verify is require',
  ssl: 'ssl=require is sslmode=require',
  target_session_attrs: 'Usher writes there',
};

/**
 * Finds the first parameter of a URL that would mean something else than to psql, or nothing.
 *
 * @returns null if there is none; else the continuation of "DATABASE_URL: "
 */
export function findWrongParameter(url: string): string | null {
  for (const [name, value] of parametersOf(url)) {
    const known = TAKEN[name] === undefined ? WITHOUT_EFFECT : TAKEN;
    const check = known[name];
    if (check === undefined)
      return `the parameter ${name} is not known. Settings of a session go into options=-c%20${name}%3D...`;
    if (check?.test(value) === false) {
      const hint = HINTS[name] === undefined ? '' : ` (${HINTS[name]})`;
      return `${name} must be ${wordsOf(check)}, not ${value}${hint}`;
    }
  }
  const parameters = parametersOf(url);
  if (parameters.get('sslmode') === 'verify-ca' && !parameters.has('sslrootcert'))
    return 'sslmode=verify-ca needs sslrootcert, the file of the certificate authority';
  if (parameters.has('sslcert') !== parameters.has('sslkey')) return 'sslcert and sslkey belong together';
  return null;
}

function wordsOf({ source }: RegExp): string {
  return source
    .replaceAll(/[\^$()]/g, '')
    .split('|')
    .join(', ')
    .replace(String.raw`\d+`, 'a whole number');
}

/** The files of certificates that a URL names. */
export function certificateFilesOf(url: string): { name: string; file: string }[] {
  return ['sslrootcert', 'sslcert', 'sslkey'].flatMap((name) => {
    const file = parametersOf(url).get(name);
    return file === null || file === 'system' ? [] : [{ name, file }];
  });
}

/** Removes the parameters without effect. */
export function withoutIdleParameters(url: string): string {
  const [place = '', query] = url.split('?');
  const kept = (query ?? '')
    .split('&')
    .filter((part) => part !== '' && WITHOUT_EFFECT[part.split('=')[0] ?? ''] === undefined);
  return kept.length === 0 ? place : `${place}?${kept.join('&')}`;
}

/** The environment variables of libpq for which the drivers differ, or which they do not read. */
const VARIABLES: Record<string, string> = {
  PGSSLMODE: 'sslmode',
  PGSSLROOTCERT: 'sslrootcert',
  PGSSLCERT: 'sslcert',
  PGSSLKEY: 'sslkey',
  PGSSLNEGOTIATION: 'sslnegotiation',
  PGCHANNELBINDING: 'channel_binding',
  PGCONNECT_TIMEOUT: 'connect_timeout',
  PGAPPNAME: 'application_name',
  PGOPTIONS: 'options',
};

/** Adds to a URL what it does not say but libpq's environment variables do. */
export function withVariables(url: string, environment: NodeJS.ProcessEnv): string {
  const parameters = parametersOf(url);
  const added = Object.entries(VARIABLES).flatMap(([variable, name]) => {
    const value = environment[variable];
    return value && !parameters.has(name) ? [`${name}=${encodeURIComponent(value)}`] : [];
  });
  if (added.length === 0) return url;
  return `${url}${url.includes('?') ? '&' : '?'}${added.join('&')}`;
}

function parametersOf(url: string): URLSearchParams {
  return new URLSearchParams(url.split('?')[1] ?? '');
}
