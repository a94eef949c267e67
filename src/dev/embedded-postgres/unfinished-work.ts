import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const UNFINISHED = /\.unfinished-(\d+)$/;

/**
 * The name under which this process makes (or takes apart) something that others must only ever see whole.
 * It gets its real name by a rename when complete; killed before that, it is swept away next time.
 */
export function unfinished(path: string): string {
  return `${path}.unfinished-${process.pid}`;
}

/** True when another living process is just making something in this folder. */
export async function someoneIsWorkingIn(folder: string): Promise<boolean> {
  return (await listUnfinished(folder)).some(({ pid }) => pid !== process.pid && isAlive(pid));
}

/** Deletes what processes that are gone left unfinished. */
export async function sweepUnfinished(folder: string): Promise<void> {
  for (const { path, pid } of await listUnfinished(folder)) {
    // An initdb that outlived its Usher may write for a moment still: then the next start sweeps.
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

/** True when there is such a process, of whatever user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
