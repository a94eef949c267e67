import { parseArgs } from 'node:util';
import {
  distributeDatabase,
  previewDistribution,
  SETTINGS,
} from '../../platform/db/distribution/distribute.ts';
import type { Distribution } from '../../platform/db/distribution/plan-distribution.ts';
import { databaseCode } from '../../platform/errors/database-fault.ts';
import { findDatabaseUrl } from '../config/find-database-url.ts';
import { CommandError, runCommand } from './run-command.ts';

/** npm run db:distribute: distributes the tables over the nodes of a Citus cluster. */
const USAGE = `Usage: npm run db:distribute               distributes the tables of the database of DATABASE_URL, which has to be
                                           a Citus coordinator with workers, migrated by this version
       npm run db:distribute -- --dry-run  prints the SQL, and changes nothing
  Stop every Usher and whatever else writes there meanwhile. What is done already is not done again.`;

const LOCK_NOT_AVAILABLE = '55P03';

await runCommand(async (args, config) => {
  const { help, dryRun } = readArguments(args);
  if (help) return USAGE;
  const url = await findDatabaseUrl(config);
  if (dryRun) return script(await previewDistribution(url).catch(explain));
  const steps = await distributeDatabase(url, (line) => process.stdout.write(`${line}\n`)).catch(explain);
  return steps === 0
    ? 'Every table is in its place already: nothing was changed.'
    : 'Every table is in its place.';
});

function readArguments(args: string[]): { help: boolean; dryRun: boolean } {
  const options = { 'dry-run': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
  try {
    const { values } = parseArgs({ args, options });
    return { help: values.help ?? false, dryRun: values['dry-run'] ?? false };
  } catch {
    throw new CommandError(USAGE);
  }
}

function script({ inTransaction, afterwards }: Distribution): string {
  if (inTransaction.length + afterwards.length === 0)
    return '-- Every table is in its place already: there is nothing to do.';
  const inOneTransaction =
    inTransaction.length > 0 ? ['begin', SETTINGS, ...inTransaction.map(({ sql }) => sql), 'commit'] : [];
  return [...inOneTransaction, ...afterwards.map(({ sql }) => sql)].map((line) => `${line};`).join('\n');
}

function explain(error: unknown): never {
  if (databaseCode(error) !== LOCK_NOT_AVAILABLE) throw error;
  throw new CommandError(
    'Somebody uses the tables: stop every Usher and whatever else writes there. Nothing was changed.',
  );
}
