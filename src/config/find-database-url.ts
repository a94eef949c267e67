import { join } from 'node:path';
import { findEmbeddedPostgres } from '../embedded/find-embedded-postgres.ts';
import { type Config, ConfigError } from './config.ts';

/**
 * The database that a running Usher works on: that of DATABASE_URL, or the embedded one.
 *
 * @throws ConfigError when there is none
 */
export async function findDatabaseUrl({ databaseUrl, dataFolder }: Config): Promise<string> {
  const url = databaseUrl ?? (await findEmbeddedPostgres({ dataFolder: join(dataFolder, 'postgres') }));
  if (url === null) throw new ConfigError('No database runs. Start Usher first, or set DATABASE_URL.');
  return url;
}
