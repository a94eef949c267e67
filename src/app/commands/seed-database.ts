import { parseArgs } from 'node:util';
import { openForSeeding } from '../../dev/seed/open-for-seeding.ts';
import { seedTickets } from '../../dev/seed/seed-tickets.ts';
import { systemClock } from '../../platform/db/clock.ts';
import { prepareDatabase } from '../../platform/db/prepare-database.ts';
import { findDatabaseUrl } from '../config/find-database-url.ts';
import { CommandError, runCommand } from './run-command.ts';

/** npm run db:seed -- --tickets N: adds many tickets to the database, outside production. */
const USAGE = `Usage: npm run db:seed -- --tickets N   (1 to 10000000)
  Adds N tickets with their shows, seats, payments, refunds and users to the database of the running Usher, or
  to that of DATABASE_URL. A tenth, at most 100000, belongs to user-seed-desk; user-seed-regular-1 has about 24.`;
const MOST_TICKETS = 10_000_000;

await runCommand(async (args, config) => {
  const tickets = readArguments(args);
  if (tickets === null) return USAGE;
  if (config.production)
    throw new CommandError('A production database is not seeded: these tickets are invented.');
  const url = await findDatabaseUrl(config);
  await prepareDatabase(url, 'development');
  const { db, close } = openForSeeding(url);
  const start = performance.now();
  const seconds = () => Math.round((performance.now() - start) / 1_000);
  try {
    await seedTickets(db, tickets, systemClock.now(), (written) =>
      process.stdout.write(`${written} of ${tickets} tickets after ${seconds()} s\n`),
    );
  } finally {
    await close();
  }
  return `${tickets} tickets are there. Try them: npm run -s token -- user-seed-regular-1`;
});

/** @returns the number of tickets; null to print the usage */
function readArguments(args: string[]): number | null {
  const options = { tickets: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;
  try {
    const { values } = parseArgs({ args, options });
    if (values.help) return null;
    const tickets = /^[1-9]\d*$/.test(values.tickets ?? '') ? Number(values.tickets) : Number.NaN;
    if (tickets <= MOST_TICKETS) return tickets;
  } catch {
    // An unknown option: prints the usage too.
  }
  throw new CommandError(USAGE);
}
