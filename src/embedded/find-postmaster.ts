import { constants } from 'node:fs';
import { open, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from './run-program.ts';
import { isAlive } from './unfinished-work.ts';

/** A living server process, as its postmaster.pid describes it. */
export interface Postmaster {
  pid: number;
  /** seconds since 1970; with the pid it tells one run of the server from the next */
  startedAt: string;
  port: number;
}

/** The server that runs on this data now, or null. It may be starting or stopping. */
export async function findPostmaster(data: string): Promise<Postmaster | null> {
  const file = await readPidFile(data);
  return file !== null && (await isServerOf(file.pid, data)) ? file : null;
}

export function isSameRun(a: Postmaster | null, b: Postmaster | null): boolean {
  return a?.pid === b?.pid && a?.startedAt === b?.startedAt;
}

/**
 * Makes PostgreSQL able to start past a postmaster.pid that nobody stands behind, for the two cases in which
 * it refuses by itself: the pid was given to another program since (or is a zombie's), and the file is empty
 * after a crash.
 *
 * The file is never deleted while it says something. Its shared memory key lets PostgreSQL see backends that
 * outlived a killed server; without it a second server would start beside them and corrupt the data. So only
 * the pid is replaced, by ours, which PostgreSQL knows to be its starter's and not a server's.
 */
export async function disarmStalePidFile(data: string): Promise<void> {
  const path = join(data, 'postmaster.pid');
  const file = await readPidFile(data);
  if (file === null) {
    const found = await stat(path).catch(() => null);
    const wasJustMade = found !== null && Date.now() - found.mtimeMs < 2_000;
    if (found !== null && !wasJustMade) await unlink(path);
  } else if (isAlive(file.pid) && !(await isServerOf(file.pid, data))) {
    // The folder is another user's when we are root: never follow a link of theirs.
    const handle = await open(path, constants.O_RDWR | constants.O_NOFOLLOW);
    try {
      const rest = (await handle.readFile('utf8')).replace(/^.*\n/, '');
      await handle.truncate(0);
      await handle.write(`${process.pid}\n${rest}`, 0);
    } finally {
      await handle.close();
    }
  }
}

async function readPidFile(data: string): Promise<Postmaster | null> {
  try {
    const [pid, , startedAt = '', port] = (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n');
    return Number(pid) > 0 ? { pid: Number(pid), startedAt, port: Number(port) } : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** True when this process is a server that works on this data, whatever the pid file says. */
export async function isServerOf(pid: number, data: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform === 'win32') return true;
  if (process.platform !== 'linux') {
    return (await runProgram('ps', ['-o', 'comm=', '-p', String(pid)], null)).output.includes('postgres');
  }
  // In a container whose first process reaps nobody, an ended server stays as a zombie (Z).
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  if (!/^\d+ \(postgres\) [^ZX]/.test(status)) return false;
  try {
    // A server's working folder is its data folder, and stays so when someone renames the clone under it.
    const [cwd, folder] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(data)]);
    return cwd.ino === folder.ino && cwd.dev === folder.dev;
  } catch (error) {
    // Root in a container may not look at other users' processes: then believe the name.
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}
