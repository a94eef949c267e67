import { readFile, stat, unlink } from 'node:fs/promises';
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
 * Removes a postmaster.pid that nobody stands behind, in the two cases that PostgreSQL does not see through
 * itself: the pid is another program's by now (or a zombie's), or the file is empty after a crash.
 *
 * Backends that outlived a killed server are safe from this: PostgreSQL finds their shared memory by the data
 * folder's inode and refuses to start beside them.
 */
export async function removeStalePidFile(data: string): Promise<void> {
  const path = join(data, 'postmaster.pid');
  const file = await readPidFile(data);
  if (file === null) {
    const found = await stat(path).catch(() => null);
    const isJustBeingWritten = found !== null && Date.now() - found.mtimeMs < 2_000;
    if (found !== null && !isJustBeingWritten) await unlink(path);
  } else if (isAlive(file.pid) && !(await isServerOf(file.pid, data))) {
    await unlink(path);
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
