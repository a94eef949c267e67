import postgres from 'postgres';
import { readAddress } from './database-address.ts';
import { PINNED_PARAMETERS, POOLED_PARAMETERS } from './pinned-settings.ts';

/**
 * Creates a client of the driver, whose sessions pin the settings that change what is read and written. The driver is
 * not given the URL, which it reads otherwise than psql does.
 *
 * @param isPooled whether the URL is that of a pooler, which accepts few settings
 */
export function openClient<Options extends postgres.Options<Record<string, never>>>(
  url: string,
  options: Options,
  isPooled = false,
): postgres.Sql {
  const address = readAddress(url);
  const { user, password, database, tls, isDirectTls, connectTimeout, applicationName } = address;
  const settings = {
    ...options.connection,
    ...(applicationName === null ? {} : { application_name: applicationName }),
    ...(address.options === null ? {} : { options: address.options }),
    ...(isPooled ? POOLED_PARAMETERS : PINNED_PARAMETERS),
  };
  const given = {
    connect_timeout: connectTimeout,
    ...(address.targetSessionAttrs === null ? {} : { target_session_attrs: address.targetSessionAttrs }),
    onnotice: () => {},
    ...options,
    ...placesOf(address.hosts),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(database === undefined ? {} : { database }),
    ssl: tls,
    sslnegotiation: isDirectTls ? 'direct' : null,
    connection: settings,
  };
  // The types of the driver lack some of its options.
  return postgres(given as unknown as postgres.Options<Record<string, never>>);
}

/** A list of several, or of an IPv6 address, which the driver would split at its colons. */
function placesOf(hosts: ReturnType<typeof readAddress>['hosts']) {
  const [first = { host: undefined, port: undefined }] = hosts;
  const isSocket = first.host?.startsWith('/') === true;
  if (isSocket || first.host === undefined) return definedOf(first);
  const usual = 5_432;
  return { host: hosts.map(({ host }) => host), port: hosts.map(({ port }) => port ?? usual) };
}

function definedOf({ host, port }: { host: string | undefined; port: number | undefined }) {
  return { ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) };
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
