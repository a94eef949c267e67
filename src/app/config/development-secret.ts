import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The secret that signs tokens outside production, made at the first start and kept in the data folder, so
 * that `npm run token` and the server agree and a token lives through a restart.
 */
export async function developmentSecret(dataFolder: string): Promise<string> {
  const file = join(dataFolder, 'jwt-secret');
  await mkdir(dataFolder, { recursive: true });
  // The first of several processes that start at once makes it; the others read it.
  await writeFile(file, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 }).catch((error) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return readFile(file, 'utf8');
}
