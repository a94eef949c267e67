import { setTimeout as sleep } from 'node:timers/promises';
import type { Home } from './choose-home.ts';
import { EmbeddedPostgresError } from './embedded-postgres.error.ts';
import { findPostmaster, isSameRun, isServerOf, type Postmaster } from './find-postmaster.ts';
import { dataOf } from './initialise-data.ts';
import { runProgram } from './run-program.ts';

const STEPS = [
  { mode: 'fast', patienceMs: 20_000 },
  { mode: 'immediate', patienceMs: 10_000 },
];
const PAUSE_MS = 25;

/**
 * Stops this run of the server, and no other: open transactions are rolled back; what takes over 20 s is cut
 * short without a checkpoint. Nothing happens when it does not run.
 *
 * pg_ctl's own waiting is not used: it takes a server that another Usher starts right after ours for ours.
 *
 * @throws EmbeddedPostgresError when it does not stop
 */
export async function stopServer(
  { folder, binaries, user }: Omit<Home, 'notice'>,
  server: Postmaster,
): Promise<void> {
  const data = dataOf(folder);
  // The pid file goes a moment before the process does.
  const isRunning = () => isServerOf(server.pid, data);
  for (const { mode, patienceMs } of STEPS) {
    if (isSameRun(await findPostmaster(data), server)) {
      const how = ['stop', `--mode=${mode}`, '--no-wait', '--silent', `--pgdata=${data}`];
      await runProgram(binaries.pgCtl, how, user);
    }
    const giveUp = Date.now() + patienceMs;
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
