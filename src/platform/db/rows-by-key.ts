/** For DataLoaders, whose batch functions must return the rows in the order of the keys. */

type KeyOf<Row> = (row: Row) => string;

/** One row for each key; null where there is none. */
export function oneOfEach<Row>(
  keys: readonly string[],
  rows: readonly Row[],
  keyOf: KeyOf<Row>,
): (Row | null)[] {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return keys.map((key) => byKey.get(key) ?? null);
}

/** All rows of each key. */
export function allOfEach<Row>(keys: readonly string[], rows: readonly Row[], keyOf: KeyOf<Row>): Row[][] {
  const byKey = new Map<string, Row[]>(keys.map((key) => [key, []]));
  for (const row of rows) byKey.get(keyOf(row))?.push(row);
  return keys.map((key) => byKey.get(key) ?? []);
}

/** Loads each distinct key once: each load costs a promise, even if it is cached. */
export async function loadEach<Value>(
  keys: readonly string[],
  loader: { load(key: string): Promise<Value> },
): Promise<Map<string, Value>> {
  const loading = [...new Set(keys)].map(async (key) => [key, await loader.load(key)] as const);
  return new Map(await Promise.all(loading));
}
