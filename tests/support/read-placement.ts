import { readFile } from 'node:fs/promises';

/** Reads the statement of docs/decisions/032 with which a migration distributes a new table, `ratings`. */
export async function readPlacement(): Promise<string> {
  const page = await readFile('docs/decisions/032-citus.md', 'utf8');
  const [, statement] = /```sql\n(.*?)```/s.exec(page) ?? [];
  if (!statement) throw new Error('docs/decisions/032-citus.md has no statement');
  return statement;
}
