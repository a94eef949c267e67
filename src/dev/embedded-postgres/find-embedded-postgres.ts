import { resolve } from 'node:path';
import { urlOf } from './connect.ts';
import { readPassword } from './database-password.ts';
import { findPostmaster } from './find-postmaster.ts';
import { homesElsewhere } from './home-elsewhere.ts';
import { dataOf } from './initialise-data.ts';

/** The URL of the embedded database, for commands. Null if it is not running. */
export async function findEmbeddedPostgres(options: { dataFolder: string }): Promise<string | null> {
  const dataFolder = resolve(options.dataFolder);
  for (const folder of [dataFolder, ...homesElsewhere(dataFolder)]) {
    const server = await findPostmaster(dataOf(folder)).catch(() => null);
    const password = server && (await readPassword(folder));
    if (server && password) return urlOf({ port: server.port, password });
  }
  return null;
}
