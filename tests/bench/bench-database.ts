import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { removeEmbeddedPostgres } from '../../src/dev/embedded-postgres/remove-embedded-postgres.ts';
import { startEmbeddedPostgres } from '../../src/dev/embedded-postgres/start-embedded-postgres.ts';
import { openForSeeding } from '../../src/dev/seed/open-for-seeding.ts';
import { seedTickets } from '../../src/dev/seed/seed-tickets.ts';
import { migrateDatabase } from '../../src/platform/db/migrate.ts';
import { onCleanUp } from './clean-up.ts';
import { writeDesks } from './desks.ts';
import { writePastCancellations } from './past-cancellations.ts';
import { say } from './say.ts';

export interface BenchDatabase {
  url: string;
  sql: postgres.Sql;
}

/**
 * Server settings: a quarter of the memory as shared buffers, as PostgreSQL's manual recommends, and no checkpoint
 * during a measurement. Commits are as durable as in production.
 */
const FLAGS = [
  `shared_buffers=${Math.round(totalmem() / 4 / 2 ** 20)}MB`,
  'max_wal_size=8GB',
  'checkpoint_timeout=1h',
  'max_connections=200',
];

/** Starts a separate PostgreSQL server in a new folder. */
export async function startBenchServer(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'usher-bench-'));
  // If root runs this, the server runs as another user, who needs access.
  await chmod(folder, 0o755);
  const dataFolder = join(folder, 'postgres');
  say('starting PostgreSQL');
  onCleanUp(() => rm(folder, { recursive: true, force: true }));
  onCleanUp(() => removeEmbeddedPostgres({ dataFolder }));
  const server = await startEmbeddedPostgres({ dataFolder, flags: FLAGS.flatMap((flag) => ['-c', flag]) });
  onCleanUp(server.stop);
  return server.url;
}

/** Creates a database with the given number of tickets on the server. */
export async function seedBenchDatabase(serverUrl: string, tickets: number): Promise<BenchDatabase> {
  const admin = postgres(serverUrl, { max: 1, onnotice: () => {} });
  const name = `bench_${tickets}`;
  await admin.unsafe(`create database ${name}`);
  await admin.end();
  const url = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
  await migrateDatabase(url);
  const database = openForSeeding(url);
  let told = 0;
  await seedTickets(database.db, tickets, new Date(), (written) => {
    if (written < tickets && written - told < 100_000) return;
    told = written;
    say(`${written} of ${tickets} tickets are seeded`);
  });
  await database.close();
  const sql = postgres(url, { max: 2, onnotice: () => {} });
  onCleanUp(() => sql.end({ timeout: 5 }));
  await writeDesks(sql);
  await writePastCancellations(sql);
  // Writes hint bits and the visibility map now, so that the first reads do not.
  await sql.unsafe('vacuum analyze');
  await sql.unsafe('checkpoint');
  return { url, sql };
}
