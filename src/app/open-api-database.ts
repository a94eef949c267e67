import type postgres from 'postgres';
import { checkServer } from '../platform/db/check-database.ts';
import { checkRoleSettings } from '../platform/db/check-role-settings.ts';
import { type DatabaseConnection, openDatabase } from '../platform/db/database.ts';
import { checkEnvironment, type DatabaseEnvironment } from '../platform/db/database-environment.ts';
import { DatabaseRefusedError } from '../platform/db/database-refused.error.ts';
import { withClient } from '../platform/db/open-client.ts';
import { checkRights } from '../platform/db/rights.ts';
import type { Config } from './config/config.ts';
import type { ShutdownStack } from './shutdown-stack.ts';

/**
 * Opens the connection pool of the API: through the pooler, or directly if there is none.
 *
 * @throws RoleSettingsError if the settings of the pooler's connections are not safe
 * @throws DatabaseRefusedError if the pooler's role lacks a right
 */
export async function openApiDatabase(
  { pooler, databasePoolSize: poolSize, environment }: Config,
  directUrl: string,
  shutdown: ShutdownStack,
): Promise<DatabaseConnection> {
  const database = openDatabase({ url: pooler?.url ?? directUrl, poolSize, pooler });
  shutdown.defer(database.close);
  if (pooler) {
    await checkRoleSettings(database.db);
    await checkPooled(pooler.url, environment);
  }
  return database;
}

/** The role and the database of the pooler's URL may differ from those of the direct URL. */
async function checkPooled(url: string, environment: DatabaseEnvironment): Promise<void> {
  const check = async (client: postgres.Sql) => {
    await checkServer(client);
    if (!(await checkEnvironment(client, environment)))
      throw new DatabaseRefusedError(
        'DATABASE_URL and DATABASE_DIRECT_URL lead to different databases: the first one is new.',
      );
    await checkRights(client, ['api']);
  };
  await withClient(url, check, true);
}
