import type postgres from 'postgres';

/** Returns the query plan of a statement as JSON. */
export async function explain(sql: postgres.Sql, statement: string, parameters: unknown[]): Promise<unknown> {
  // Citus explains INSERT ... SELECT only without parameters.
  const isPlain = !/^\s*insert\b.*\bselect\b/s.test(statement);
  const [row] = isPlain
    ? await sql.unsafe(`explain (format json) ${statement}`, parameters as string[])
    : await sql.unsafe(`explain (format json) ${withValues(statement, parameters)}`);
  return row?.['QUERY PLAN'][0].Plan;
}

function withValues(statement: string, parameters: unknown[]): string {
  const literals = parameters.map((value) =>
    value === null ? 'null' : `'${String(value).replaceAll("'", "''")}'`,
  );
  return statement.replace(/\$(\d+)/g, (_, number) => literals[number - 1] ?? '');
}
