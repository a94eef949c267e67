import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { startEmbeddedPostgres } from '../../../src/dev/embedded-postgres/start-embedded-postgres.ts';
import { PATIENTLY } from '../../support/patiently.ts';
import { query, useSandbox } from './sandbox.ts';

const sandbox = useSandbox();

test('rows are still there after a stop and a start', async () => {
  const first = await sandbox.start();
  await query(first.url, 'create table kept as select 42 as answer');
  await first.stop();

  const second = await sandbox.start();
  expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await second.stop();
});

test('it may be stopped twice', async () => {
  const database = await sandbox.start();
  await Promise.all([database.stop(), database.stop()]);
  await database.stop();
});

test('a client with an open transaction does not hold up the stop', async () => {
  const database = await sandbox.start();
  const asleep = query(database.url, 'begin; select pg_sleep(600)').catch((error) => error.code);
  const isAsleep = `select 1 from pg_stat_activity where wait_event = 'PgSleep'`;
  await vi.waitUntil(async () => (await query(database.url, isAsleep)).length > 0, PATIENTLY);
  await database.stop();
  expect(['57P01', 'CONNECTION_CLOSED', 'ECONNRESET']).toContain(await asleep);
});

test('it listens on loopback only, and only the random password opens it', async () => {
  const database = await sandbox.start();
  const [settings] = await query(
    database.url,
    `select current_setting('listen_addresses') as addresses,
       current_setting('unix_socket_directories') as sockets,
       current_setting('server_encoding') as encoding, current_database() as database, current_user as user,
       (select bool_and(auth_method = 'scram-sha-256') from pg_hba_file_rules) as scram`,
  );
  expect(settings).toEqual({
    addresses: '127.0.0.1',
    sockets: '',
    encoding: 'UTF8',
    database: 'usher',
    user: 'usher',
    scram: true,
  });

  const password = join(await sandbox.home(), 'password');
  expect((await stat(password)).mode & 0o777).toBe(0o600);
  expect((await readFile(password, 'utf8')).length).toBeGreaterThanOrEqual(32);
  await expect(query(database.url.replace(/:[^:@]+@/, ':guess@'), 'select 1')).rejects.toThrow(/password/);
  await database.stop();
});

test('a folder whose long name has spaces and quotes is fine', async () => {
  const dataFolder = join(sandbox.root, "it's a *long* name (with; odd & things) ünïcödé ".repeat(4).trim());
  const database = await startEmbeddedPostgres({ dataFolder, durable: false });
  expect(await query(database.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await database.stop();
});

test('PG variables of the environment change nothing', async () => {
  for (const name of ['PGDATA', 'PGHOST', 'PGPORT', 'PGUSER', 'PGPASSWORD', 'PGDATABASE', 'PGOPTIONS']) {
    vi.stubEnv(name, '/nowhere');
  }
  const database = await sandbox.start();
  expect(await query(database.url, 'select current_database() as name')).toEqual([{ name: 'usher' }]);
  await database.stop();
  vi.unstubAllEnvs();
});

test('further flags reach the server as they are, whatever a shell would make of them', async () => {
  const database = await sandbox.start([
    '-c',
    'max_connections=7',
    '-c',
    `cluster_name=it's "$HOME" \`id\` $(id)`,
  ]);
  const [shown] = await query(
    database.url,
    `select current_setting('max_connections') as connections, current_setting('cluster_name') as name,
       current_setting('fsync') as fsync`,
  );
  expect(shown).toEqual({ connections: '7', name: `it's "$HOME" \`id\` $(id)`, fsync: 'off' });
  await database.stop();
});

test('by default the data is safe in a power failure', async () => {
  const database = await startEmbeddedPostgres({ dataFolder: sandbox.dataFolder });
  const [shown] = await query(
    database.url,
    `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
       current_setting('full_page_writes') as pages`,
  );
  expect(shown).toEqual({ fsync: 'on', commit: 'on', pages: 'on' });
  await database.stop();
});
