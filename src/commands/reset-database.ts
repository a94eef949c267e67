import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { type Config, readConfig } from '../config/config.ts';
import { explainFailure } from '../config/explain-failure.ts';
import { writableHost } from '../db/hosts.ts';
import { removeEmbeddedPostgres } from '../embedded/remove-embedded-postgres.ts';

/**
 * npm run db:reset: forgets everything, so that the next start begins afresh. A database of one's own (DATABASE_URL)
 * is emptied only with --yes.
 */
async function main(argument: string | undefined): Promise<string> {
  const config = readConfig(process.env);
  if (config.production) throw new Error('A production database is not reset.');
  if (config.databaseUrl === null) return resetEmbedded(config);
  const url = await writableHost(config.databaseUrl);
  const { host, pathname } = new URL(url);
  if (argument !== '--yes') {
    const what = `every table in the schemas public, drizzle and graphile_worker of ${host}${pathname}`;
    throw new Error(`This would delete ${what}. If you mean it: npm run db:reset -- --yes`);
  }
  return resetGiven(url);
}

async function resetEmbedded({ dataFolder }: Config): Promise<string> {
  await removeEmbeddedPostgres({ dataFolder: join(dataFolder, 'postgres') });
  // The sandbox provider's books and the messages tell of tickets that are gone.
  await rm(join(dataFolder, 'sandbox.jsonl'), { force: true });
  await rm(join(dataFolder, 'messages'), { recursive: true, force: true });
  return 'The embedded database is gone. "npm start" makes a new one.';
}

async function resetGiven(url: string): Promise<string> {
  const client = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    const [citus] = await client`select from pg_extension where extname = 'citus'`;
    if (citus)
      throw new Error('A database on Citus is not reset: drop it, and make it anew, on every machine.');
    await client.unsafe(
      'drop schema if exists drizzle, graphile_worker, public cascade; create schema public',
    );
  } finally {
    await client.end();
  }
  return 'The database is empty. "npm start" fills it again.';
}

await main(process.argv[2]).then(
  (line) => process.stdout.write(`${line}\n`),
  (error: unknown) => {
    process.stderr.write(
      `${explainFailure(error) ?? (error instanceof Error ? error.message : String(error))}\n`,
    );
    process.exitCode = 1;
  },
);
