import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Home } from './choose-home.ts';
import { deleteAll } from './unfinished-work.ts';

const LIMIT_BYTES = 10 * 1024 * 1024;

export function logOf(folder: string): string {
  return join(folder, 'postgres.log');
}

/** Makes the log ready for a start of the server: there, writable for its user, and not over 10 MB. */
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
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // else a start beside ours made it
  }
  return { length: 0 };
}

/**
 * Refusals of clients, which the log calls FATAL too: of another start that asks whether the server is up.
 */
const ABOUT_CLIENTS = /the database system is|terminating connection|authentication failed/;

/** The server's own reasons for not starting, from what the log got after the given length. */
export async function readFatals({ folder }: Home, length: number): Promise<string[]> {
  const written = (await readFile(logOf(folder))).subarray(length).toString('utf8');
  return (written.match(/(?:FATAL|PANIC): .*/g) ?? []).filter((line) => !ABOUT_CLIENTS.test(line));
}
