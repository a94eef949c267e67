import { readFileSync } from 'node:fs';

const { entries } = JSON.parse(readFileSync('src/platform/db/migrations/meta/_journal.json', 'utf8')) as {
  entries: { when: number; tag: string }[];
};

/** SQL that makes a database forget that it has a migration and the ones after it, so that they are applied again. */
export function forgetMigrationsFrom(tag: string): string {
  const migration = entries.find((one) => one.tag === tag);
  if (!migration) throw new Error(`there is no migration ${tag}`);
  return `delete from drizzle.__drizzle_migrations where created_at >= ${migration.when}`;
}
