import postgres from 'postgres';
import { inject } from 'vitest';
import { databaseUrl } from './database-url.ts';

export interface EmptyDatabase {
  url: string;
  /** A superuser's connection to another database of the server. The caller closes it. */
  admin: postgres.Sql;
  drop(): Promise<void>;
}

/** Recreates a database without tables under the same name. */
export async function makeEmptyDatabase(name: string): Promise<EmptyDatabase> {
  const serverUrl = inject('postgresUrl');
  const admin = postgres(serverUrl, { max: 1, onnotice: () => {} });
  await admin.unsafe(`drop database if exists ${name} with (force)`);
  await admin.unsafe(`create database ${name}`);
  return {
    url: databaseUrl(serverUrl, name),
    admin,
    drop: async () => void (await admin.unsafe(`drop database ${name} with (force)`)),
  };
}
