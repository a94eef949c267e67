import { connect, type ServerAddress } from './connect.ts';

/** Creates the database `usher` unless it is there. */
export async function createDatabase(address: ServerAddress): Promise<void> {
  const sql = connect(address);
  try {
    const found = await sql`select from pg_database where datname = 'usher'`;
    if (found.length === 0) await sql`create database usher`;
  } finally {
    await sql.end({ timeout: 1 });
  }
}
