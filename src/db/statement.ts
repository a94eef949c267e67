import { Column, type DriverValueDecoder, getTableName, is, SQL } from 'drizzle-orm';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { Database, Transaction } from './database.ts';
import * as tables from './tables/index.ts';

/** Runs on a pool, or inside a transaction, with the values of its placeholders. */
export type Statement<Result> = (
  on: Database | Transaction,
  values?: Record<string, unknown>,
) => Promise<Result>;

interface Preparable {
  execute(values?: Record<string, unknown>): Promise<unknown>;
}

/**
 * A statement of Drizzle's query builder that is built once. To build one anew at every call, and to find out for each
 * value of each row where it goes, costs a request more than all the rest of it.
 *
 * Values of INSERT and UPDATE are encoded by their columns; one to compare with is only in `sql.param(placeholder, column)`.
 *
 * @param build called with a builder that has no connection, at the first run; ends in `.prepare(name)`
 */
export function statement<Prepared extends Preparable>(
  build: (db: PostgresJsDatabase<typeof tables>) => Prepared,
): Statement<Awaited<ReturnType<Prepared['execute']>>> {
  let built: Prepared | undefined;
  return (on, values = {}) => {
    built ??= withRowMapper(build(drizzle.mock({ schema: tables })));
    const { client } = on._.session as unknown as { client: unknown };
    const bound: Prepared = Object.assign(Object.create(built), { client });
    return bound.execute(values) as Promise<Awaited<ReturnType<Prepared['execute']>>>;
  };
}

/** What Drizzle's prepared queries hold but do not show. */
interface PreparedInside {
  /** What is selected, in the order of the columns; none: nothing is. */
  fields?: SelectedField[];
  /** By the name of a joined table: whether each row has one. */
  joinsNotNullableMap?: Record<string, boolean>;
  customResultMapper?: (rows: unknown[][]) => unknown[];
}

interface SelectedField {
  path: string[];
  field: Column | SQL | SQL.Aliased;
}

function withRowMapper<Prepared>(prepared: Prepared): Prepared {
  const inside = prepared as PreparedInside;
  const { fields, joinsNotNullableMap = {} } = inside;
  if (fields) {
    const toResult = rowMapper(fields, joinsNotNullableMap);
    inside.customResultMapper = (rows) => rows.map(toResult);
  }
  return prepared;
}

type Decoder = DriverValueDecoder<unknown, unknown>;

/** Where a value of a row goes. */
interface Place {
  index: number;
  name: string;
  decoder: Decoder;
}

/** Does what Drizzle's mapResultRow does for objects of columns, one level deep. */
function rowMapper(fields: SelectedField[], joinsNotNullable: Record<string, boolean>) {
  const plain: Place[] = [];
  const objects = new Map<string, { places: Place[]; mayBeMissing: boolean }>();
  for (const [index, { path, field }] of fields.entries()) {
    const [outer = '', inner, ...deeper] = path;
    if (deeper.length > 0) throw new Error(`${path.join('.')} is selected too deep`);
    const decoder = decoderOf(field);
    if (inner === undefined) {
      plain.push({ index, name: outer, decoder });
      continue;
    }
    const mayBeMissing = is(field, Column) && joinsNotNullable[getTableName(field.table)] === false;
    const object = objects.get(outer) ?? { places: [], mayBeMissing };
    objects.set(outer, object);
    object.places.push({ index, name: inner, decoder });
  }
  return (row: unknown[]): unknown => {
    const result = read(row, plain);
    for (const [name, { places, mayBeMissing }] of objects) {
      // A table that is joined has its first column, the key, whenever it has a row.
      const isMissing = mayBeMissing && row[places[0]?.index ?? 0] === null;
      result[name] = isMissing ? null : read(row, places);
    }
    return result;
  };
}

function read(row: unknown[], places: Place[]): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const { index, name, decoder } of places) {
    const value = row[index];
    object[name] = value === null ? null : decoder.mapFromDriverValue(value);
  }
  return object;
}

function decoderOf(field: SelectedField['field']): Decoder {
  if (is(field, Column)) return field;
  const { decoder } = (is(field, SQL) ? field : field.sql) as unknown as { decoder: Decoder };
  return decoder;
}
