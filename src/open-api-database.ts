import type { Config } from './config/config.ts';
import { checkRoleSettings } from './db/check-role-settings.ts';
import { type DatabaseConnection, openDatabase } from './db/database.ts';
import type { ProcessParts } from './process-parts.ts';

/**
 * The pool that requests are answered by: through the pooler, or by the direct way where there is none.
 *
 * @throws RoleSettingsError when what the pooler gives is not safe to use
 */
export async function openApiDatabase(
  { pooler, databasePoolSize: poolSize }: Config,
  directUrl: string,
  parts: ProcessParts,
): Promise<DatabaseConnection> {
  const database = openDatabase({ url: pooler?.url ?? directUrl, poolSize, pooler });
  parts.add(database.close);
  if (pooler) await checkRoleSettings(database.db);
  return database;
}
