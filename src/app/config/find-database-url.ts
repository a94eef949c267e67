import { join } from 'node:path';
import { findEmbeddedPostgres } from '../../dev/embedded-postgres/find-embedded-postgres.ts';
import { checkDatabase } from '../../platform/db/check-database.ts';
import { writableHost } from '../../platform/db/hosts.ts';
import { type Config, ConfigError } from './config.ts';

/**
 * The database that a running Usher works on: that of DATABASE_URL, or the embedded one.
 *
 * @throws ConfigError when there is none
 * @throws DatabaseRefusedError when it is another environment's, or not one that Usher supports
 */
export async function findDatabaseUrl(config: Config): Promise<string> {
  const url = await locateDatabase(config);
  await checkDatabase(await writableHost(url), config.environment);
  return url;
}

/** The same, whatever the database is for. */
export async function locateDatabase({ databaseUrl, dataFolder }: Config): Promise<string> {
  const url = databaseUrl ?? (await findEmbeddedPostgres({ dataFolder: join(dataFolder, 'postgres') }));
  if (url === null) throw new ConfigError('No database runs. Start Usher first, or set DATABASE_URL.');
  return url;
}
