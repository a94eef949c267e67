import { join } from 'node:path';
import { checkDatabase } from '../../platform/db/check-database.ts';
import { writableHost } from '../../platform/db/hosts.ts';
import { type Config, ConfigError } from './config.ts';

/**
 * The URL of the database: DATABASE_URL, or the embedded database if it is running.
 *
 * @throws ConfigError if there is none
 * @throws DatabaseRefusedError if it belongs to another environment, or Usher does not support it
 */
export async function findDatabaseUrl(config: Config): Promise<string> {
  const url = await locateDatabase(config);
  await checkDatabase(await writableHost(url), config.environment);
  return url;
}

/** The same without the checks of `findDatabaseUrl`. */
export async function locateDatabase({ databaseUrl, dataFolder }: Config): Promise<string> {
  if (databaseUrl !== null) return databaseUrl;
  const { findEmbeddedPostgres } = await import('../../dev/embedded-postgres/find-embedded-postgres.ts');
  const url = await findEmbeddedPostgres({ dataFolder: join(dataFolder, 'postgres') });
  if (url === null) throw new ConfigError('No database runs. Start Usher first, or set DATABASE_URL.');
  return url;
}
