import { appendFile, chown, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { chooseSystemUser, type SystemUser } from '../../src/dev/embedded-postgres/choose-system-user.ts';
import { runProgram } from '../../src/dev/embedded-postgres/run-program.ts';
import { freePorts } from '../faults/free-ports.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A primary and its standbys, run by the system's PostgreSQL, because the one from npm cannot copy a server. */

const PASSWORD = 'the password of the tests';

export interface PostgresServer {
  /** The application_name with which a standby connects to its primary. */
  name: string;
  port: number;
  /** The URL for Usher's role, which is not a superuser. */
  url: string;
  /** A connection of the superuser, reopened after each start. */
  admin: postgres.Sql;
  /** Runs one statement and waits until every session has read the settings. */
  configure(statement: string): Promise<void>;
  /** Returns how often statements with a matching text have run since the last call. */
  callsOf(pattern: string): Promise<number>;
  /** Promotes a standby to primary. */
  promote(): Promise<void>;
  /** Stops it like a power failure, without notifying clients. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

export interface PostgresServers {
  startPrimary(): Promise<PostgresServer>;
  /** Creates a standby with pg_basebackup. */
  startStandby(primary: PostgresServer, name: string): Promise<PostgresServer>;
  remove(): Promise<void>;
}

/** The folder of the programs; null if the system package `postgresql` is missing. */
export async function findPostgresPrograms(): Promise<string | null> {
  const root = '/usr/lib/postgresql';
  const versions = await readdir(root).catch(() => []);
  for (const version of versions.sort((a, b) => Number(b) - Number(a))) {
    const programs = join(root, version, 'bin');
    const there: string[] = await readdir(programs).catch(() => []);
    if (['initdb', 'pg_basebackup'].every((program) => there.includes(program))) return programs;
  }
  return null;
}

export async function openPostgresServers(programs: string): Promise<PostgresServers> {
  const folder = await temporaryFolder('usher-standbys-');
  const user = await chooseSystemUser(folder);
  await give(folder, user);
  const servers: PostgresServer[] = [];

  const run = async (program: string, ...args: string[]) => {
    const { exitCode, output } = await runProgram(join(programs, program), args, user);
    if (exitCode !== 0) throw new Error(`${program}: ${output}`);
  };

  async function openServer(name: string, port: number): Promise<PostgresServer> {
    const data = join(folder, name);
    const connect = () =>
      postgres({ host: '127.0.0.1', port, user: 'postgres', pass: PASSWORD, max: 1, onnotice: () => {} });
    const server: PostgresServer = {
      name,
      port,
      url: `postgres://usher:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/usher`,
      admin: connect(),
      configure: async (statement) => {
        await server.admin.unsafe(statement);
        const [before] = await server.admin`select pg_conf_load_time() as at, pg_reload_conf()`;
        for (;;) {
          const [now] = await server.admin`select pg_conf_load_time() as at`;
          if (now?.at > before?.at) return;
          await sleep(10);
        }
      },
      callsOf: async (pattern) => {
        const [row] = await server.admin`
          select coalesce(sum(calls), 0)::int as calls from pg_stat_statements where query like ${pattern}`;
        await server.admin`select pg_stat_statements_reset()`;
        return row?.calls;
      },
      promote: () => run('pg_ctl', 'promote', '--wait', `--pgdata=${data}`),
      kill: async () => {
        const pid = Number((await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')[0]);
        process.kill(pid, 'SIGKILL');
        // Without a wait, the process would remain as a zombie.
        for (let tries = 0; isAlive(pid) && tries < 200; tries += 1) await sleep(10);
        await server.admin.end({ timeout: 0 });
      },
      start: async () => {
        await run('pg_ctl', 'start', '--wait', '--silent', `--pgdata=${data}`, `--log=${data}.log`);
        server.admin = connect();
      },
    };
    servers.push(server);
    await server.start();
    return server;
  }

  return {
    startPrimary: async () => {
      const data = join(folder, 'primary');
      const passwordFile = join(folder, 'password');
      await appendFile(passwordFile, PASSWORD);
      await give(passwordFile, user);
      await run(
        'initdb',
        `--pgdata=${data}`,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--no-locale',
        '--no-sync',
      );
      const [port = 0] = await freePorts(1);
      await appendFile(
        join(data, 'postgresql.conf'),
        `port = ${port}
        unix_socket_directories = ''
        max_connections = 200
        fsync = off
        wal_keep_size = '1GB'
        hot_standby_feedback = on
        wal_retrieve_retry_interval = '100ms'
        shared_preload_libraries = 'pg_stat_statements'
        `,
      );
      const primary = await openServer('primary', port);
      await primary.admin.unsafe(`create role usher login password '${PASSWORD}'`);
      await primary.admin.unsafe('grant pg_read_all_stats to usher');
      await primary.admin.unsafe('create database usher owner usher');
      await primary.admin.unsafe('create extension pg_stat_statements');
      return primary;
    },
    startStandby: async (primary, name) => {
      const data = join(folder, name);
      const way = `host=127.0.0.1 port=${primary.port} user=postgres password='${PASSWORD}' application_name=${name}`;
      await mkdir(data, { mode: 0o700 });
      await give(data, user);
      await run(
        'pg_basebackup',
        `--pgdata=${data}`,
        '--write-recovery-conf',
        '--checkpoint=fast',
        '--no-sync',
        `--dbname=${way}`,
      );
      const [port = 0] = await freePorts(1);
      await appendFile(join(data, 'postgresql.conf'), `port = ${port}\n`);
      return openServer(name, port);
    },
    remove: async () => {
      for (const server of servers) await server.kill().catch(() => {});
    },
  };
}

async function give(path: string, user: SystemUser | null): Promise<void> {
  if (user) await chown(path, user.uid, user.gid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
