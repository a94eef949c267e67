import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import { type DatabaseConnection, openDatabase } from '../../src/platform/db/database.ts';
import { migrateDatabase } from '../../src/platform/db/migrate.ts';
import { databaseUrl } from '../support/database-url.ts';

export interface PooledDatabase {
  /** The URL for the owner, who is not a superuser, so that connection limits apply. */
  url: string;
  role: string;
  /** A pool of the superuser, who has no limits. */
  db: DatabaseConnection['db'];
  /** Connections of the superuser with default settings, to hold locks and to observe. */
  sql: postgres.Sql;
  close(): Promise<void>;
}

/** Creates a database with its own role, which has a connection limit. */
export async function createPooledDatabase({
  connections,
}: {
  connections: number;
}): Promise<PooledDatabase> {
  const serverUrl = inject('postgresUrl');
  const name = `usher_scale_${randomUUID().replaceAll('-', '')}`;
  const admin = postgres(serverUrl, { max: 1, onnotice: () => {} });
  await admin.unsafe(`create role ${name} login password '${name}'`);
  await admin.unsafe(`create database ${name} owner ${name} connection limit ${connections}`);
  const url = Object.assign(new URL(databaseUrl(serverUrl, name)), { username: name, password: name }).href;
  await migrateDatabase(url);
  const { db, close } = openDatabase({ url: databaseUrl(serverUrl, name), poolSize: 4 });
  const sql = postgres(databaseUrl(serverUrl, name), { max: 3, onnotice: () => {} });
  return {
    url,
    role: name,
    db,
    sql,
    close: async () => {
      await close();
      await sql.end();
      await admin.unsafe(`drop database ${name} with (force)`);
      await admin.unsafe(`drop role ${name}`);
      await admin.end();
    },
  };
}
