import { randomBytes } from 'node:crypto';
import { lchown, link, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SystemUser } from './choose-system-user.ts';
import { deleteAll, unfinished } from './unfinished-work.ts';

export function passwordFile(folder: string): string {
  return join(folder, 'password');
}

/** The superuser's password. Null if there is none yet. */
export async function readPassword(folder: string): Promise<string | null> {
  try {
    return await readFile(passwordFile(folder), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The superuser's password, made at the first start. Concurrent first starts get the same one. */
export async function readOrMakePassword(folder: string, user: SystemUser | null): Promise<string> {
  const known = await readPassword(folder);
  if (known !== null) return known;
  const draft = unfinished(passwordFile(folder));
  await writeFile(draft, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' });
  try {
    if (user !== null) await lchown(draft, user.uid, user.gid);
    // Unlike rename, link fails if another start was faster.
    await link(draft, passwordFile(folder));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await deleteAll(draft);
  }
  return readFile(passwordFile(folder), 'utf8');
}
