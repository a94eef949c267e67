import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SWEEPER = fileURLToPath(new URL('./sweeper.process.ts', import.meta.url));

/**
 * The first set-up of every project. It puts all temporary files of the run into one folder. When vitest ends, the
 * folder and everything that belongs to it is removed, also after an interrupt or a kill, when no hook runs.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const { TMPDIR } = process.env;
  const folder = await mkdtemp(join(tmpdir(), 'usher-run-'));
  // With the permissions of the system's folder, because servers and some processes run as other users.
  await chmod(folder, 0o1777);
  const sweeper = spawn(process.execPath, ['--import', 'tsx', SWEEPER, folder, String(process.pid)], {
    // It has to outlive an interrupt from the terminal.
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const swept = once(sweeper, 'exit');
  sweeper.unref();
  process.env.TMPDIR = folder;
  return async () => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    sweeper.ref();
    sweeper.stdin.end();
    await swept;
  };
}
