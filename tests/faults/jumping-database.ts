import { readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseHome } from '../../src/dev/embedded-postgres/choose-home.ts';
import { findBinaries } from '../../src/dev/embedded-postgres/find-binaries.ts';
import { findPostmaster } from '../../src/dev/embedded-postgres/find-postmaster.ts';
import { dataOf } from '../../src/dev/embedded-postgres/initialise-data.ts';
import { startServer } from '../../src/dev/embedded-postgres/start-server.ts';
import { stopServer } from '../../src/dev/embedded-postgres/stop-server.ts';
import { type DatabaseServer, startDatabaseServer } from './database-server.ts';
import { freePorts } from './free-ports.ts';

export interface JumpingDatabase extends DatabaseServer {
  /** Sets the clock of the running server this many days ahead of the time; 0 sets it back. */
  setAhead(days: number): Promise<void>;
}

/** Returns the library that Debian's package libfaketime installs; null without it. */
export async function findLibFakeTime(): Promise<string | null> {
  for (const folder of await readdir('/usr/lib').catch((): string[] => [])) {
    const faketime = join('/usr/lib', folder, 'faketime');
    const files = await readdir(faketime).catch((): string[] => []);
    if (files.includes('libfaketime.so.1')) return join(faketime, 'libfaketime.so.1');
  }
  return null;
}

/** Starts PostgreSQL with a clock of its own. No other process is affected. */
export async function startJumpingDatabase(folder: string, library: string): Promise<JumpingDatabase> {
  const [port = 0] = await freePorts(1);
  const flags = ['-c', `port=${port}`, '-c', 'max_connections=60'];
  const server = await startDatabaseServer(folder, { flags });
  const home = await chooseHome(join(folder, 'postgres'), await findBinaries());
  const running = await findPostmaster(dataOf(home.folder));
  if (!running) throw new Error('PostgreSQL does not run');

  const clock = join(folder, 'clock');
  const setAhead = async (days: number) => {
    // Renamed, because each session reads it at any time.
    await writeFile(`${clock}.new`, `+${days}d\n`, { mode: 0o644 });
    await rename(`${clock}.new`, clock);
  };
  await setAhead(0);
  // The monotonic clock does not jump, as it does not when a real clock is set.
  const fake = `LD_PRELOAD='${library}' FAKETIME_TIMESTAMP_FILE='${clock}' FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1`;
  const pgCtl = join(folder, 'pg_ctl_with_a_clock');
  await writeFile(pgCtl, `#!/bin/sh\n${fake} exec '${home.binaries.pgCtl}' "$@"\n`, { mode: 0o755 });
  await stopServer(home, running);
  const failure = await startServer(
    { ...home, binaries: { ...home.binaries, pgCtl } },
    { durable: false, flags },
  );
  if (failure) throw new Error(`PostgreSQL does not start with libfaketime: ${failure.reason}`);
  return { ...server, setAhead };
}
