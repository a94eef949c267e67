import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { removeEmbeddedPostgres } from '../../src/dev/embedded-postgres/remove-embedded-postgres.ts';
import { startEmbeddedPostgres } from '../../src/dev/embedded-postgres/start-embedded-postgres.ts';
import { migrateDatabase } from '../../src/platform/db/migrate.ts';
import { databaseUrl, TEMPLATE } from './database-url.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string;
  }
}

/**
 * Starts one PostgreSQL server for the whole run, with a migrated database that the tests clone. TEST_DATABASE_URL sets
 * a server to use instead of the embedded one; its user must be allowed to create databases.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  const server = given ? { url: given, remove: async () => {} } : await startServer();
  await makeTemplate(server.url);
  project.provide('postgresUrl', server.url);
  return server.remove;
}

async function startServer() {
  const folder = await mkdtemp(join(tmpdir(), 'usher-tests-'));
  // If root runs this, the server runs as another user, who needs access.
  await chmod(folder, 0o755);
  const dataFolder = join(folder, 'postgres');
  const flags = ['-c', 'max_connections=300'];
  const { url, stop } = await startEmbeddedPostgres({ dataFolder, durable: false, flags });
  const remove = async () => {
    await stop();
    await removeEmbeddedPostgres({ dataFolder });
    await rm(folder, { recursive: true, force: true });
  };
  return { url, remove };
}

async function makeTemplate(serverUrl: string): Promise<void> {
  const admin = postgres(serverUrl, { max: 1, onnotice: () => {} });
  await admin.unsafe(`drop database if exists ${TEMPLATE} with (force)`);
  await admin.unsafe(`create database ${TEMPLATE}`);
  await admin.end();
  await migrateDatabase(databaseUrl(serverUrl, TEMPLATE));
}
