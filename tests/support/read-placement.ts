import { readFile } from 'node:fs/promises';

/** The statement by which a migration gives a new table, `ratings`, its place: as docs/decisions/032 has it. */
export async function readPlacement(): Promise<string> {
  const page = await readFile('docs/decisions/032-citus.md', 'utf8');
  const [, statement] = /```sql\n(.*?)```/s.exec(page) ?? [];
  if (!statement) throw new Error('docs/decisions/032-citus.md has no statement');
  return statement;
}
