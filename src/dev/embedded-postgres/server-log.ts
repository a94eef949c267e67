import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Home } from './choose-home.ts';
import { deleteAll } from './unfinished-work.ts';

const LIMIT_BYTES = 10 * 1024 * 1024;

export function logOf(folder: string): string {
  return join(folder, 'postgres.log');
}

/** Prepares the log for a start: it exists, the server's user can write to it, and it is not over 10 MB. */
export async function prepareLog({ folder, user }: Home): Promise<{ length: number }> {
  const path = logOf(folder);
  const found = await stat(path).catch(() => null);
  if (found !== null && found.size <= LIMIT_BYTES) return { length: found.size };
  await deleteAll(path);
  try {
    const log = await open(path, 'ax', 0o600);
    if (user !== null) await log.chown(user.uid, user.gid);
    await log.close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // otherwise a concurrent start created it
  }
  return { length: 0 };
}

/** FATAL lines about clients, such as a concurrent start that polls the server. */
const ABOUT_CLIENTS = /the database system is|terminating connection|authentication failed/;

/** The server's reasons for not starting, from the part of the log after `length` bytes. */
export async function readFatals({ folder }: Home, length: number): Promise<string[]> {
  const written = (await readFile(logOf(folder))).subarray(length).toString('utf8');
  return (written.match(/(?:FATAL|PANIC): .*/g) ?? []).filter((line) => !ABOUT_CLIENTS.test(line));
}
