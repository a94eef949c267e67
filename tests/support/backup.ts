import { sql } from 'drizzle-orm';
import type { Database } from '../../src/platform/db/database.ts';

/**
 * Copies all rows of our tables into a schema beside them, as an older backup has them.
 *
 * @returns a function that restores them
 */
export async function takeBackup(db: Database): Promise<() => Promise<void>> {
  const found = await db.execute<{ name: string }>(
    sql`select tablename as name from pg_tables where schemaname = 'public'`,
  );
  const names = found.map(({ name }) => name);
  await db.execute(sql`create schema backup`);
  for (const name of names) await db.execute(sql.raw(`create table backup.${name} as table public.${name}`));
  return () =>
    db.transaction(async (tx) => {
      // Without foreign keys: the tables are filled in any order.
      await tx.execute(sql`set local session_replication_role = replica`);
      for (const name of names) {
        await tx.execute(sql.raw(`delete from public.${name}`));
        await tx.execute(sql.raw(`insert into public.${name} table backup.${name}`));
      }
    });
}
