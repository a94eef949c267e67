import { createServer } from 'node:net';
import type { Home } from './choose-home.ts';
import { removeStalePidFile } from './find-postmaster.ts';
import { dataOf } from './initialise-data.ts';
import { runProgram } from './run-program.ts';
import { logOf, prepareLog, readFatals } from './server-log.ts';

export interface ServerOptions {
  /** false: a kill loses the last commits, a power failure everything. */
  durable: boolean;
  /** More arguments of `postgres`, such as ['-c', 'max_connections=20']. */
  flags: string[];
}

export interface StartFailure {
  reason: string;
  /** Whether a retry a moment later may help. */
  isPassing: boolean;
}

/** Backends of a killed server that still run, a port taken in the meantime, a concurrent start. */
const PASSING = /shared memory block|lock file|TCP\/IP sockets/;

/** Starts the server on a free port of loopback. Returns null once it runs. */
export async function startServer(
  home: Home,
  { durable, flags }: ServerOptions,
): Promise<StartFailure | null> {
  await removeStalePidFile(dataOf(home.folder));
  const { length } = await prepareLog(home);
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${await findFreePort()}`,
    'unix_socket_directories=',
    ...(durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ];
  const serverArguments = [...settings.flatMap((setting) => ['-c', setting]), ...flags];
  const { exitCode, output } = await runProgram(
    home.binaries.pgCtl,
    [
      'start',
      '--wait',
      '--timeout=60',
      '--silent',
      `--pgdata=${dataOf(home.folder)}`,
      `--log=${logOf(home.folder)}`,
      `--options=${serverArguments.map(quote).join(' ')}`,
    ],
    home.user,
  );
  if (exitCode === 0) return null;
  const fatals = await readFatals(home, length);
  return {
    reason: fatals.at(-1) ?? output.trim().split('\n')[0] ?? 'unknown',
    isPassing: fatals.length === 0 || fatals.some((line) => PASSING.test(line)),
  };
}

/** Quotes an argument for the shell that pg_ctl passes it to. */
function quote(argument: string): string {
  return process.platform === 'win32' ? `"${argument}"` : `'${argument.replaceAll("'", `'\\''`)}'`;
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
