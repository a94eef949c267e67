import { readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from './run-program.ts';
import { isAlive } from './unfinished-work.ts';

/** A running server process, as described by its postmaster.pid. */
export interface Postmaster {
  pid: number;
  /** Seconds since 1970. Together with the pid, it identifies a run of the server. */
  startedAt: string;
  port: number;
}

/** The server that runs on this data, which may be starting or stopping. Null if there is none. */
export async function findPostmaster(data: string): Promise<Postmaster | null> {
  const file = await readPidFile(data);
  return file !== null && (await isServerOf(file.pid, data)) ? file : null;
}

export function isSameRun(a: Postmaster | null, b: Postmaster | null): boolean {
  return a?.pid === b?.pid && a?.startedAt === b?.startedAt;
}

/**
 * Removes a stale postmaster.pid in the two cases that PostgreSQL does not detect: the pid belongs to another program
 * or a zombie, or the file is empty after a crash.
 *
 * This is safe even if backends of a killed server are still running: PostgreSQL finds their shared memory by the inode
 * of the data folder, and refuses to start.
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

/** Whether a process is a server that works on this data. */
export async function isServerOf(pid: number, data: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform === 'win32') return true;
  if (process.platform !== 'linux') {
    return (await runProgram('ps', ['-o', 'comm=', '-p', String(pid)], null)).output.includes('postgres');
  }
  // In a container whose init does not reap children, an exited server stays as a zombie (Z).
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  if (!/^\d+ \(postgres\) [^ZX]/.test(status)) return false;
  try {
    // A server's working directory is its data folder, even after the clone is renamed.
    const [cwd, folder] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(data)]);
    return cwd.ino === folder.ino && cwd.dev === folder.dev;
  } catch (error) {
    // Root in a container may lack the right to inspect processes of other users. The name has to do then.
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}
