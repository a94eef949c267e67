import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.error.ts';

/** The folders to use if a data folder is unreachable, best first: /var/tmp survives a reboot. */
export function homesElsewhere(dataFolder: string): string[] {
  const name = `usher-postgres-${createHash('sha256').update(dataFolder).digest('hex').slice(0, 12)}`;
  return [...new Set(['/var/tmp', tmpdir()])].map((parent) => join(parent, name));
}

/**
 * Whether the folder exists. It has to be a real folder that only we can write to.
 *
 * @throws EmbeddedPostgresError if it is not ours: anyone can create the name in a temporary folder
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
 * Creates a folder that everyone can traverse and only we can write to.
 *
 * @returns false if its parent does not allow that
 * @throws EmbeddedPostgresError if it exists and is not ours
 */
export async function makeOwnFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    await chmod(folder, 0o711);
  } catch {
    // It exists or cannot be created; isOwnFolder tells which.
  }
  return isOwnFolder(folder);
}
