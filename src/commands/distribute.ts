import { parseArgs } from 'node:util';
import { readConfig } from '../config/config.ts';
import { explainFailure } from '../config/explain-failure.ts';
import { findDatabaseUrl } from '../config/find-database-url.ts';
import { distributeDatabase, previewDistribution, SETTINGS } from '../db/distribution/distribute.ts';
import { DistributionError } from '../db/distribution/distribution-error.ts';
import type { Distribution } from '../db/distribution/plan-distribution.ts';
import { databaseCode } from '../errors/database-fault.ts';

/** npm run db:distribute: spreads the tables over the machines of a Citus cluster. */
const USAGE = `Usage: npm run db:distribute               distributes the tables of the database of DATABASE_URL, which has to be
                                           a Citus coordinator with workers, migrated by this version
       npm run db:distribute -- --dry-run  prints the SQL, and changes nothing
  Stop every Usher and whatever else writes there meanwhile. What is done already is not done again.`;

const LOCK_NOT_AVAILABLE = '55P03';

class UsageError extends Error {}

async function main(args: string[]): Promise<string> {
  const { help, dryRun } = readArguments(args);
  if (help) return USAGE;
  const url = await findDatabaseUrl(readConfig(process.env));
  if (dryRun) return script(await previewDistribution(url));
  const steps = await distributeDatabase(url, (line) => process.stdout.write(`${line}\n`));
  return steps === 0
    ? 'Every table is in its place already: nothing was changed.'
    : 'Every table is in its place.';
}

function readArguments(args: string[]): { help: boolean; dryRun: boolean } {
  const options = { 'dry-run': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
  try {
    const { values } = parseArgs({ args, options });
    return { help: values.help ?? false, dryRun: values['dry-run'] ?? false };
  } catch {
    throw new UsageError(USAGE);
  }
}

function script({ atOnce, afterwards }: Distribution): string {
  if (atOnce.length + afterwards.length === 0)
    return '-- Every table is in its place already: there is nothing to do.';
  const inOneTransaction =
    atOnce.length > 0 ? ['begin', SETTINGS, ...atOnce.map(({ sql }) => sql), 'commit'] : [];
  return [...inOneTransaction, ...afterwards.map(({ sql }) => sql)].map((line) => `${line};`).join('\n');
}

function explain(error: unknown): string {
  if (error instanceof UsageError || error instanceof DistributionError) return error.message;
  if (databaseCode(error) === LOCK_NOT_AVAILABLE)
    return 'Somebody uses the tables: stop every Usher and whatever else writes there. Nothing was changed.';
  return explainFailure(error) ?? String(error);
}

await main(process.argv.slice(2)).then(
  (text) => process.stdout.write(`${text}\n`),
  (error: unknown) => {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  },
);
