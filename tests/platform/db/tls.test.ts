import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readConfig } from '../../../src/app/config/config.ts';
import { explainFailure } from '../../../src/app/config/explain-failure.ts';
import { chooseSystemUser } from '../../../src/dev/embedded-postgres/choose-system-user.ts';
import { removeEmbeddedPostgres } from '../../../src/dev/embedded-postgres/remove-embedded-postgres.ts';
import { startEmbeddedPostgres } from '../../../src/dev/embedded-postgres/start-embedded-postgres.ts';
import { openDatabase } from '../../../src/platform/db/database.ts';
import { migrateDatabase } from '../../../src/platform/db/migrate.ts';
import { findQueueHosts, openQueuePool } from '../../../src/worker/open-queue-pool.ts';

/** A PostgreSQL with TLS, whose certificate an authority of our own has signed for localhost, but not for 127.0.0.1. */

let folder: string;
let server: Awaited<ReturnType<typeof startEmbeddedPostgres>>;
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usher-tls-'));
  await chmod(folder, 0o755);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const authority = (name: string) =>
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
    );
  authority('authority');
  authority('other');
  openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=DNS:localhost',
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
  );
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-days',
    '2',
    '-CA',
    'authority.crt',
    '-CAkey',
    'authority.key',
    '-CAcreateserial',
    '-copy_extensions',
    'copy',
    '-out',
    'server.crt',
  );
  const user = await chooseSystemUser(folder);
  chmodSync(file('server.key'), 0o600);
  if (user) chownSync(file('server.key'), user.uid, user.gid);
  const tls = ['ssl=on', `ssl_cert_file=${file('server.crt')}`, `ssl_key_file=${file('server.key')}`];
  server = await startEmbeddedPostgres({
    dataFolder: file('postgres'),
    durable: false,
    flags: tls.flatMap((setting) => ['-c', setting]),
  });
});
afterAll(async () => {
  await server?.stop();
  await removeEmbeddedPostgres({ dataFolder: file('postgres') });
  await rm(folder, { recursive: true, force: true });
});

/** The URL as the configuration reads it. */
function urlOf(parameters: string, { host = 'localhost', environment = {}, base = server.url } = {}): string {
  const given = new URL(base);
  given.hostname = host;
  const text = `${given.href.split('?')[0]}${parameters && `?${parameters}`}`;
  return readConfig({ DATABASE_URL: text, ...environment }).databaseUrl ?? '';
}

const IS_TLS = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()';

/** Whether either driver connects with TLS, or the code of its error. */
async function connectBoth(url: string): Promise<[pool: unknown, queue: unknown]> {
  const codeOf = (error: Error & { code?: string; cause?: { code?: string } }) =>
    error.cause?.code ?? error.code ?? error.message;
  const { db, close } = openDatabase({ url, poolSize: 2 });
  const pool = await db.execute<{ ssl: boolean }>(sql.raw(IS_TLS)).then(([row]) => row?.ssl, codeOf);
  await close();
  const queuePool = openQueuePool(findQueueHosts(url), 1, () => {});
  const queue = await queuePool.query(IS_TLS).then(({ rows }) => rows[0].ssl, codeOf);
  await queuePool.end();
  return [pool, queue];
}

const SELF_SIGNED = 'SELF_SIGNED_CERT_IN_CHAIN';
const UNKNOWN = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
const OTHER_NAME = 'ERR_TLS_CERT_ALTNAME_INVALID';
const rootCert = (name: string) => `sslrootcert=${encodeURIComponent(file(`${name}.crt`))}`;

describe('both drivers mean by a URL what psql does:', () => {
  it.each([
    ['', false],
    ['sslmode=disable', false],
    ['sslmode=allow', true],
    ['sslmode=prefer', true],
    ['sslmode=require', true],
    ['ssl=true', true],
    ['sslmode=require&channel_binding=prefer', true],
  ])('%j: TLS is %s, whoever signed the certificate', async (parameters, isTls) => {
    expect(await connectBoth(urlOf(parameters))).toEqual([isTls, isTls]);
  });

  it('the authority is verified by verify-ca, and by require with its certificate', async () => {
    for (const mode of ['verify-ca', 'require']) {
      for (const host of ['localhost', '127.0.0.1'])
        expect(await connectBoth(urlOf(`sslmode=${mode}&${rootCert('authority')}`, { host }))).toEqual([
          true,
          true,
        ]);
      const [pool, queue] = await connectBoth(urlOf(`sslmode=${mode}&${rootCert('other')}`));
      expect([SELF_SIGNED, UNKNOWN]).toContain(pool);
      expect(queue).toBe(pool);
    }
  });

  it('the name is verified too by verify-full', async () => {
    const full = `sslmode=verify-full&${rootCert('authority')}`;
    expect(await connectBoth(urlOf(full))).toEqual([true, true]);
    expect(await connectBoth(urlOf(full, { host: '127.0.0.1' }))).toEqual([OTHER_NAME, OTHER_NAME]);
  });

  it.each(['sslmode=verify-full', 'sslmode=require&channel_binding=require', 'sslrootcert=system'])(
    '%s trusts the authorities of the system only',
    async (parameters) => {
      const [pool, queue] = await connectBoth(urlOf(parameters));
      expect([SELF_SIGNED, UNKNOWN]).toContain(pool);
      expect(queue).toBe(pool);
    },
  );

  it('of several hosts, the certificate is checked for each', async () => {
    const { port } = new URL(server.url);
    const place = new URL(server.url);
    const two = `${place.protocol}//${place.username}:${place.password}@127.0.0.1:1,localhost:${port}${place.pathname}?sslmode=verify-full&${rootCert('authority')}`;
    const { db, close } = openDatabase({
      url: readConfig({ DATABASE_URL: two }).databaseUrl ?? '',
      poolSize: 2,
    });
    const [row] = await db.execute(sql.raw(IS_TLS));
    await close();
    expect(row).toEqual({ ssl: true });
  });

  it("libpq's environment variables fill what the URL leaves open", async () => {
    const environment = {
      PGSSLMODE: 'verify-full',
      PGSSLROOTCERT: file('authority.crt'),
      PGAPPNAME: 'box office',
    };
    expect(await connectBoth(urlOf('', { environment }))).toEqual([true, true]);
    expect(await connectBoth(urlOf('sslmode=disable', { environment }))).toEqual([false, false]);
    const { db, close } = openDatabase({ url: urlOf('', { environment }), poolSize: 2 });
    const [row] = await db.execute(sql`select current_setting('application_name') as name`);
    await close();
    expect(row).toEqual({ name: 'box office' });
  });

  it('options and a name reach the sessions of both', async () => {
    const url = urlOf(
      'application_name=box&options=-c%20work_mem%3D5MB&connect_timeout=3&schema=public&pgbouncer=true&connection_limit=1',
    );
    const query = "select current_setting('work_mem') as memory, current_setting('application_name') as name";
    const { db, close } = openDatabase({ url, poolSize: 2 });
    const [row] = await db.execute(sql.raw(query));
    await close();
    const queue = openQueuePool(findQueueHosts(url), 1, () => {});
    const { rows } = await queue.query(query);
    await queue.end();
    expect([row, rows[0]]).toEqual([
      { memory: '5MB', name: 'box' },
      { memory: '5MB', name: expect.stringContaining('') },
    ]);
  });

  it('migrations run with TLS too, those of the queue included', async () => {
    await migrateDatabase(urlOf(`sslmode=verify-full&${rootCert('authority')}`));
    expect(await migrateDatabase(urlOf('sslmode=prefer'))).toEqual([]);
  });
});

describe('a server without TLS', () => {
  const plain = (parameters: string) => urlOf(parameters, { base: inject('postgresUrl'), host: '127.0.0.1' });

  it.each(['sslmode=allow', 'sslmode=prefer'])('is taken as it is by %s', async (parameters) => {
    expect(await connectBoth(plain(parameters))).toEqual([false, false]);
  });

  it('is refused by require, in one line', async () => {
    const { db, close } = openDatabase({ url: plain('sslmode=require'), poolSize: 2 });
    const error = await db.execute(sql`select`).catch((given: unknown) => given);
    await close();
    expect(explainFailure(error)).toBe(
      'The database of DATABASE_URL does not speak TLS, which its sslmode requires.',
    );
    const [, queue] = await connectBoth(plain('sslmode=require'));
    expect(queue).toContain('does not support SSL');
  });
});

it('a certificate that cannot be verified is explained in one line', async () => {
  const { db, close } = openDatabase({ url: urlOf('sslmode=verify-full'), poolSize: 2 });
  const error = await db.execute(sql`select`).catch((given: unknown) => given);
  await close();
  expect(explainFailure(error)).toMatch(
    /^The certificate of the database of DATABASE_URL cannot be verified \([A-Z_]+\)\. Name its authority by sslrootcert/,
  );
});

describe('a start says in one line what is wrong with', () => {
  it.each([
    [
      'sslmode=no-verify',
      'sslmode must be disable, allow, prefer, require, verify-ca, verify-full, not no-verify (no-verify is require)',
    ],
    ['ssl=require', 'ssl must be true, false, not require (ssl=require is sslmode=require)'],
    ['sslmode=verify-ca', 'sslmode=verify-ca needs sslrootcert, the file of the certificate authority'],
    ['sslrootcert=/nowhere.crt', 'sslrootcert names the file /nowhere.crt, which cannot be read'],
    ['sslcert=/etc/hostname', 'sslcert and sslkey belong together'],
    ['channel_binding=yes', 'channel_binding must be disable, prefer, require, not yes'],
    ['connect_timeout=soon', 'connect_timeout must be a whole number, not soon'],
    ['gssencmode=require', 'gssencmode must be disable, prefer, not require'],
    [
      'statement_timeout=5',
      'the parameter statement_timeout is not known. Settings of a session go into options=-c%20statement_timeout%3D...',
    ],
    ['service=usher', 'the parameter service is not known'],
    [
      'target_session_attrs=any',
      'target_session_attrs must be read-write, primary, not any (Usher writes there)',
    ],
  ])('%s', (parameters, line) => {
    for (const name of ['DATABASE_URL', 'DATABASE_REPLICA_URLS']) {
      const given = { DATABASE_URL: 'postgres://db/usher', [name]: `postgres://db/usher?${parameters}` };
      expect(() => readConfig(given)).toThrow(`${name}: ${line}`);
    }
  });
});
