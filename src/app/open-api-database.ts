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
 * The pool that requests are answered by: through the pooler, or by the direct way where there is none.
 *
 * @throws RoleSettingsError when what the pooler gives is not safe to use
 * @throws DatabaseRefusedError when the pooler's role lacks a right
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

/** The pooler's role, and even its database, may be another than that of the direct way. */
async function checkPooled(url: string, environment: DatabaseEnvironment): Promise<void> {
  await withClient(url, async (client) => {
    await checkServer(client);
    if (!(await checkEnvironment(client, environment)))
      throw new DatabaseRefusedError(
        'DATABASE_URL and DATABASE_DIRECT_URL lead to different databases: the first one is new.',
      );
    await checkRights(client, ['api']);
  });
}
