import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const UNFINISHED = /\.unfinished-(\d+)$/;

/**
 * The temporary name of something that this process creates or deletes, and that others must see only as a whole. It is
 * renamed once complete. After a kill, the next start deletes it.
 */
export function unfinished(path: string): string {
  return `${path}.unfinished-${process.pid}`;
}

/** Whether another running process is creating something in this folder. */
export async function someoneIsWorkingIn(folder: string): Promise<boolean> {
  return (await listUnfinished(folder)).some(({ pid }) => pid !== process.pid && isAlive(pid));
}

/** Deletes the unfinished work of processes that no longer run. */
export async function sweepUnfinished(folder: string): Promise<void> {
  for (const { path, pid } of await listUnfinished(folder)) {
    // If an initdb that outlived its Usher still writes there, this fails, and the next start deletes it.
    if (pid === process.pid || !isAlive(pid)) await deleteAll(path).catch(() => undefined);
  }
}

/** Deletes a file or folder, if there is one. */
export function deleteAll(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

async function listUnfinished(folder: string): Promise<{ path: string; pid: number }[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => {
    const pid = UNFINISHED.exec(name)?.[1];
    return pid === undefined ? [] : [{ path: join(folder, name), pid: Number(pid) }];
  });
}

/** Whether there is a process with this id, of any user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
