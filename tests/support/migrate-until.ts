import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import type postgres from 'postgres';
import { temporaryFolder } from './temporary-folder.ts';

const FOLDER = 'src/platform/db/migrations';

interface Journal {
  entries: { tag: string }[];
}

/** Runs the migrations before the named one, as an earlier version did. */
export async function migrateUntil(client: postgres.Sql, tag: string): Promise<void> {
  const migrationsFolder = await temporaryFolder('usher-migrations-');
  await cp(FOLDER, migrationsFolder, { recursive: true });
  const file = join(migrationsFolder, 'meta/_journal.json');
  const journal: Journal = JSON.parse(await readFile(file, 'utf8'));
  const first = journal.entries.findIndex((entry) => entry.tag === tag);
  if (first < 0) throw new Error(`there is no migration ${tag}`);
  await writeFile(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, first) }));
  await migrate(drizzle(client), { migrationsFolder });
}
