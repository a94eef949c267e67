import { setTimeout as sleep } from 'node:timers/promises';
import type { Home } from './choose-home.ts';
import { EmbeddedPostgresError } from './embedded-postgres.error.ts';
import { findPostmaster, isSameRun, isServerOf, type Postmaster } from './find-postmaster.ts';
import { dataOf } from './initialise-data.ts';
import { runProgram } from './run-program.ts';

const STEPS = [
  { mode: 'fast', timeoutMs: 20_000 },
  { mode: 'immediate', timeoutMs: 10_000 },
];
const PAUSE_MS = 25;

/**
 * Stops this run of the server, and no other. Open transactions are rolled back. After 20 s, it is stopped without a
 * checkpoint. Does nothing if it is not running.
 *
 * Does not use pg_ctl's own waiting, which would mistake a server that another Usher starts right afterwards for this
 * one.
 *
 * @throws EmbeddedPostgresError if it does not stop
 */
export async function stopServer(
  { folder, binaries, user }: Omit<Home, 'notice'>,
  server: Postmaster,
): Promise<void> {
  const data = dataOf(folder);
  // The pid file disappears a moment before the process.
  const isRunning = () => isServerOf(server.pid, data);
  for (const { mode, timeoutMs } of STEPS) {
    if (isSameRun(await findPostmaster(data), server)) {
      const how = ['stop', `--mode=${mode}`, '--no-wait', '--silent', `--pgdata=${data}`];
      await runProgram(binaries.pgCtl, how, user);
    }
    const giveUp = Date.now() + timeoutMs;
    while (await isRunning()) {
      if (Date.now() > giveUp) break;
      await sleep(PAUSE_MS);
    }
  }
  if (!(await isRunning())) return;
  throw new EmbeddedPostgresError(
    `The embedded database in ${folder} (process ${server.pid}) does not stop.`,
  );
}
