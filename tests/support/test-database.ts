import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import { type Database, openDatabase } from '../../src/platform/db/database.ts';
import { releaseCitusDatabase, takeCitusDatabase } from './citus-database.ts';
import { databaseUrl, TEMPLATE } from './database-url.ts';

export interface TestDatabase {
  db: Database;
  url: string;
  /** The statements sent through `db` so far, in order. */
  statements: string[];
  /** The same with their parameters. */
  sent: { statement: string; parameters: unknown[] }[];
  /** Closes the connections and drops the database. Throws if other connections remain. */
  close(): Promise<void>;
}

/** Creates a migrated database, empty except for the policies. */
export async function createTestDatabase({ poolSize = 10 } = {}): Promise<TestDatabase> {
  const { url, remove } = await makeDatabase();
  const statements: string[] = [];
  const sent: TestDatabase['sent'] = [];
  const onStatement = (statement: string, parameters: unknown[]) => {
    statements.push(statement);
    sent.push({ statement, parameters });
  };
  const { db, close } = openDatabase({ url, poolSize, onStatement });
  return {
    db,
    url,
    statements,
    sent,
    close: async () => {
      await close();
      await remove();
    },
  };
}

async function makeDatabase() {
  const citusUrl = inject('citusUrl');
  if (citusUrl !== undefined) {
    await takeCitusDatabase(citusUrl);
    return { url: citusUrl, remove: () => releaseCitusDatabase(citusUrl) };
  }
  const serverUrl = inject('postgresUrl');
  const name = `usher_test_${randomUUID().replaceAll('-', '')}`;
  await administer(serverUrl, `create database ${name} template ${TEMPLATE}`);
  const remove = () => administer(serverUrl, `drop database ${name}`);
  return { url: databaseUrl(serverUrl, name), remove };
}

async function administer(serverUrl: string, statement: string): Promise<void> {
  const admin = postgres(serverUrl, { max: 1, onnotice: () => {} });
  try {
    await admin.unsafe(statement);
  } finally {
    await admin.end();
  }
}
