import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeEmbeddedPostgres } from '../../dev/embedded-postgres/remove-embedded-postgres.ts';
import { checkDatabase } from '../../platform/db/check-database.ts';
import { placeOf } from '../../platform/db/connection-url.ts';
import { writableHost } from '../../platform/db/hosts.ts';
import { readMigrations } from '../../platform/db/migrate.ts';
import { withClient } from '../../platform/db/open-client.ts';
import type { Config } from '../config/config.ts';
import { CommandError, runCommand } from './run-command.ts';

/**
 * npm run db:reset: deletes all data, so that the next start begins with an empty database. The database of
 * DATABASE_URL is emptied only with --yes.
 */
await runCommand(async ([argument], config) => {
  if (config.production) throw new CommandError('A production database is not reset.');
  if (config.databaseUrl === null) return resetEmbedded(config);
  const url = await writableHost(config.databaseUrl);
  await checkDatabase(url, 'development');
  if (argument !== '--yes') {
    const what = `every table in the schemas public, drizzle and graphile_worker of ${placeOf(url)}`;
    throw new CommandError(`This would delete ${what}. If you mean it: npm run db:reset -- --yes`);
  }
  return resetGiven(url);
});

async function resetEmbedded({ dataFolder }: Config): Promise<string> {
  await removeEmbeddedPostgres({ dataFolder: join(dataFolder, 'postgres') });
  // The ledger of the sandbox provider and the messages refer to deleted tickets.
  await rm(join(dataFolder, 'sandbox.jsonl'), { force: true });
  await rm(join(dataFolder, 'messages'), { recursive: true, force: true });
  return 'The embedded database is gone. "npm start" makes a new one.';
}

async function resetGiven(url: string): Promise<string> {
  await withClient(url, async (client) => {
    const { isOurs } = await readMigrations(client);
    if (!isOurs) throw new CommandError('This is no database of Usher: nothing was deleted.');
    const [citus] = await client`select from pg_extension where extname = 'citus'`;
    if (citus)
      throw new CommandError(
        'A database on Citus is not reset: drop it, and make it anew, on every machine.',
      );
    await client.unsafe(
      'drop schema if exists drizzle, graphile_worker, public cascade; create schema public',
    );
  });
  return 'The database is empty. "npm start" fills it again.';
}
