import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseHome } from '../../src/dev/embedded-postgres/choose-home.ts';
import { findBinaries } from '../../src/dev/embedded-postgres/find-binaries.ts';
import { findPostmaster, isServerOf } from '../../src/dev/embedded-postgres/find-postmaster.ts';
import { dataOf } from '../../src/dev/embedded-postgres/initialise-data.ts';
import { startServer } from '../../src/dev/embedded-postgres/start-server.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { DATABASE_USERS, type DatabaseServer, startDatabaseServer } from './database-server.ts';
import { freePorts } from './free-ports.ts';
import { until } from './until.ts';

/** The modes of stopping PostgreSQL: roll back open transactions, or stop immediately, as in a crash. */
const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;
export type StopMode = keyof typeof SIGNALS;

export const MAX_CONNECTIONS = 60;

export interface FaultyDatabase extends DatabaseServer {
  /** The proxy through which the processes of Usher connect. */
  proxy: TcpProxy;
  stop(mode: StopMode): Promise<void>;
  /** Starts it on the same port. Returns when it accepts connections. */
  start(): Promise<void>;
  /** Sends SIGSTOP to every process of the server: it keeps its connections but does nothing. */
  suspend(): Promise<void>;
  resume(): Promise<void>;
}

export async function startFaultyDatabase(folder: string): Promise<FaultyDatabase> {
  const [port = 0] = await freePorts(1);
  const flags = ['-c', `port=${port}`, '-c', `max_connections=${MAX_CONNECTIONS}`];
  // Acknowledged commits must survive a crash.
  const server = await startDatabaseServer(folder, { durable: true, flags });
  // docs/decisions/017 requires this for PostgreSQL 17 and newer.
  for (const user of DATABASE_USERS)
    await server.sql.unsafe(`alter role ${user} set transaction_timeout = '15s'`);
  const proxy = await startTcpProxy(server.url);
  const home = await chooseHome(join(folder, 'postgres'), await findBinaries());
  const data = dataOf(home.folder);
  let suspended: number[] = [];

  async function postmaster(): Promise<number> {
    const found = await findPostmaster(data);
    if (!found) throw new Error('PostgreSQL does not run');
    return found.pid;
  }

  function resume(): void {
    // The postmaster last, because it checks for processes that do not respond.
    for (const pid of suspended.splice(0).reverse()) signal(pid, 'SIGCONT');
  }

  return {
    ...server,
    proxy,
    urlOf: (user) => Object.assign(new URL(server.urlOf(user)), { port: new URL(proxy.url).port }).href,
    stop: async (mode) => {
      const pid = await postmaster();
      process.kill(pid, SIGNALS[mode]);
      await until('PostgreSQL has stopped', 20, async () => !(await isServerOf(pid, data)));
    },
    start: async () => {
      const failure = await startServer(home, { durable: true, flags });
      if (failure) throw new Error(`PostgreSQL does not start again: ${failure.reason}`);
    },
    suspend: async () => {
      const pid = await postmaster();
      process.kill(pid, 'SIGSTOP');
      suspended = [pid, ...(await childrenOf(pid))];
      for (const one of suspended) signal(one, 'SIGSTOP');
    },
    resume: async () => resume(),
    remove: async () => {
      resume();
      await proxy.close();
      await server.remove();
    },
  };
}

/** It may have ended meanwhile. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function childrenOf(parent: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const parents = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      return Number(/^\d+ \(.*\) \S (\d+)/.exec(status)?.[1]);
    }),
  );
  return pids.filter((_, index) => parents[index] === parent).map(Number);
}
