import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { chooseSystemUser } from '../../src/dev/embedded-postgres/choose-system-user.ts';
import { freePorts } from '../faults/free-ports.ts';
import { until } from '../faults/until.ts';
import { atEnd } from '../support/at-end.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const BINARY = '/usr/sbin/pgbouncer';

export const hasPgbouncer = existsSync(BINARY);

export interface Pgbouncer {
  /** The URL through PgBouncer, with the same database, user and password. */
  url: string;
  /** The console, for commands such as `show pools`. */
  ask(command: string): Promise<postgres.Row[]>;
  start(): Promise<void>;
  /** Kills it, which breaks every connection. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a real PgBouncer in transaction mode with minimal settings in front of a database. */
export async function startPgbouncer(
  databaseUrl: string,
  { poolSize, clients }: { poolSize: number; clients: number },
): Promise<Pgbouncer> {
  const folder = await temporaryFolder('usher-pgbouncer-');
  const [port = 0] = await freePorts(1);
  const { hostname, port: serverPort, pathname, username, password } = new URL(databaseUrl);
  const server = `host=${hostname} port=${serverPort}`;
  const settings = `
[databases]
* = ${server}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${folder}/users
admin_users = ${username}
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = ${clients}
query_wait_timeout = 5
server_login_retry = 1
`;
  await writeFile(join(folder, 'pgbouncer.ini'), settings);
  await writeFile(join(folder, 'users'), `"${username}" "${decodeURIComponent(password)}"\n`);
  // It refuses to run as root.
  const user = await chooseSystemUser(folder);
  if (user)
    for (const file of ['pgbouncer.ini', 'users']) await chown(join(folder, file), user.uid, user.gid);

  const url = Object.assign(new URL(databaseUrl), { hostname: '127.0.0.1', port: String(port), pathname });
  const consoleUrl = Object.assign(new URL(url), { pathname: '/pgbouncer' }).href;
  let running: ChildProcess | null = null;
  let output = '';

  async function start(): Promise<void> {
    const child = spawn(BINARY, [join(folder, 'pgbouncer.ini')], {
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(user ? { uid: user.uid, gid: user.gid } : {}),
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk;
    });
    running = child;
    const answers = () =>
      ask('show version').then(
        () => true,
        () => false,
      );
    await until('PgBouncer answers', 60, answers).catch((error) => {
      throw new Error(`${error}\n${output}`);
    });
  }

  async function ask(command: string): Promise<postgres.Row[]> {
    const admin = postgres(consoleUrl, { max: 1, fetch_types: false, prepare: false, connect_timeout: 2 });
    try {
      return await admin.unsafe(command);
    } finally {
      await admin.end({ timeout: 1 });
    }
  }

  async function kill(): Promise<void> {
    if (!running) return;
    const ended = once(running, 'exit');
    running.kill('SIGKILL');
    running = null;
    await ended;
  }

  atEnd(kill);
  await start();
  return {
    url: url.href,
    ask,
    start,
    kill,
    close: kill,
  };
}
