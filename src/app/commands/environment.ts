import { parseArgs } from 'node:util';
import { checkServer, checkTables } from '../../platform/db/check-database.ts';
import { placeOf } from '../../platform/db/connection-url.ts';
import { type DatabaseEnvironment, findEnvironment } from '../../platform/db/database-environment.ts';
import { DatabaseRefusedError } from '../../platform/db/database-refused.error.ts';
import { writableHost } from '../../platform/db/hosts.ts';
import { migrateDatabase } from '../../platform/db/migrate.ts';
import { withClient } from '../../platform/db/open-client.ts';
import { ENVIRONMENTS } from '../../platform/db/tables/index.ts';
import { commandLine } from '../../platform/text/command-line.ts';
import { locateDatabase } from '../config/find-database-url.ts';
import { CommandError, runCommand } from './run-command.ts';

const command = (args: string) => commandLine('db:environment', 'environment', args);

/** npm run db:environment: prints or changes the environment of the database. */
const USAGE = `Usage:
  ${command('')}
      says what the database of DATABASE_URL is for
  ${command('development')}
      makes it a development database, such as a copy of production
  ${command('production')}
      makes it a production database`;

const MEANS: Record<DatabaseEnvironment, string> = {
  development:
    'Starts without NODE_ENV=production will load demo data into it, and their worker will settle waiting refunds with the simulated provider.',
  production: 'Starts with NODE_ENV=production will send its waiting refunds and messages for real.',
};

await runCommand(async (args, config) => {
  const { wanted, isSure } = readArguments(args);
  const url = await writableHost(await locateDatabase(config));
  return await withClient(url, async (client) => {
    await checkServer(client);
    await checkTables(client);
    const now = await findEnvironment(client).catch(unlessRefused(wanted));
    if (wanted === null)
      return now
        ? `${placeOf(url)} is a ${now.environment} database.`
        : `${placeOf(url)} is new: the first start or migrate decides, by NODE_ENV.`;
    if (now?.environment === wanted && now.isWritten)
      return `${placeOf(url)} is a ${wanted} database already.`;
    if (!isSure) throw new CommandError(question(url, wanted));
    await migrateDatabase(url);
    await client`
      insert into database_environment (environment) values (${wanted})
      on conflict (is_only) do update set environment = excluded.environment, set_at = now()`;
    return `${placeOf(url)} is a ${wanted} database now.`;
  });
});

/** This command sets the environment of a database even if its rows do not tell which one it is. */
function unlessRefused(wanted: DatabaseEnvironment | null): (error: unknown) => null {
  return (error) => {
    if (wanted !== null && error instanceof DatabaseRefusedError) return null;
    throw error;
  };
}

function question(url: string, wanted: DatabaseEnvironment): string {
  return `This would make ${placeOf(url)} a ${wanted} database. ${MEANS[wanted]} Stop every Usher on it first. If you mean it: ${command(`${wanted} --yes`)}`;
}

function readArguments(args: string[]): { wanted: DatabaseEnvironment | null; isSure: boolean } {
  try {
    const options = { yes: { type: 'boolean' } } as const;
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const wanted = ENVIRONMENTS.find((environment) => environment === positionals[0]) ?? null;
    if (positionals.length <= 1 && (wanted !== null || positionals.length === 0))
      return { wanted, isSure: values.yes ?? false };
  } catch {
    // An unknown option: prints the usage too.
  }
  throw new CommandError(USAGE);
}
