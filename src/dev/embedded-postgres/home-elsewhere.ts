import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.error.ts';

/**
 * Where the database of an unreachable data folder may live instead, best first: /var/tmp outlasts a reboot.
 */
export function homesElsewhere(dataFolder: string): string[] {
  const name = `usher-postgres-${createHash('sha256').update(dataFolder).digest('hex').slice(0, 12)}`;
  return [...new Set(['/var/tmp', tmpdir()])].map((parent) => join(parent, name));
}

/**
 * True when there is such a folder, and it is a real one that only we can write to.
 *
 * @throws EmbeddedPostgresError when it is not ours: in a temporary folder anyone may have taken the name
 */
export async function isOwnFolder(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => null);
  if (found === null) return false;
  if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0) return true;
  throw new EmbeddedPostgresError(
    `${folder} is not a folder of ours, so the embedded database cannot live there: ` +
      'look at it, remove it, then try again.',
  );
}

/**
 * Makes a folder that everyone can pass through and only we can write to; false when its parent allows none.
 *
 * @throws EmbeddedPostgresError when it exists and is not ours
 */
export async function makeOwnFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    await chmod(folder, 0o711);
  } catch {
    // There already, or impossible: the check tells.
  }
  return isOwnFolder(folder);
}
