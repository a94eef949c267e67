import { databaseCode } from '../errors/database-fault.ts';
import { commandLine } from '../text/command-line.ts';
import { checkServer, checkTables } from './check-database.ts';
import { checkEnvironment, type DatabaseEnvironment } from './database-environment.ts';
import { DatabaseRefusedError } from './database-refused.error.ts';
import { lacksListCopies } from './fill-list-copies.ts';
import { writableHost } from './hosts.ts';
import { findMissingOfQueue, migrateDatabase } from './migrate.ts';
import { withClient } from './open-client.ts';
import { checkRights, type RightsOf } from './rights.ts';

const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Checks a database and migrates it, or refuses it before anything is written. It only reads a database that is up to
 * date, so a role that may not change tables can start.
 *
 * @param uses what the role of the URL must have the rights for
 * @param onProgress receives a line when it waits for another instance, and after each batch of rows
 * @throws DatabaseRefusedError
 */
export async function prepareDatabase(
  url: string,
  environment: DatabaseEnvironment,
  uses: readonly RightsOf[] = [],
  onProgress: (line: string) => void = () => {},
): Promise<void> {
  await withClient(await writableHost(url), async (client) => {
    try {
      await checkServer(client);
      const { missing: ours } = await checkTables(client);
      const isMarked = await checkEnvironment(client, environment);
      const missing = [...ours, ...(await findMissingOfQueue(client))];
      if (!isMarked || missing.length > 0 || (await lacksListCopies(client)))
        await migrateDatabase(url, { environment, onProgress }).catch(explainMissing(missing));
      await checkRights(client, uses);
    } catch (error) {
      // A table that cannot be read is a missing right too.
      if (databaseCode(error) === INSUFFICIENT_PRIVILEGE) await checkRights(client, uses);
      throw error;
    }
  });
}

function explainMissing(missing: readonly string[]): (error: unknown) => never {
  return (error) => {
    if (databaseCode(error) !== INSUFFICIENT_PRIVILEGE) throw error;
    const what = missing.length > 0 ? `lacks the migrations ${missing.join(', ')}` : 'was never started';
    throw new DatabaseRefusedError(
      `The database ${what}, and this role may not change its tables. As their owner, run: ${commandLine('migrate', 'migrate', '')}`,
    );
  };
}
