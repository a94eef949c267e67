import { Column, type DriverValueDecoder, getTableName, is, Param, SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import { type Clock, systemClock } from './clock.ts';
import type { Database, Transaction } from './database.ts';
import * as tables from './tables/index.ts';

/** Runs on a pool, or inside a transaction, with the values of its placeholders. */
export type Statement<Result> = (
  on: Database | Transaction,
  values?: Record<string, unknown>,
) => Promise<Result>;

type Builder = PostgresJsDatabase<typeof tables>;

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
  build: (db: Builder) => Prepared,
): Statement<Awaited<ReturnType<Prepared['execute']>>> {
  let built: Prepared | undefined;
  return (on, values = {}) => {
    built ??= improved(build(drizzle.mock({ schema: tables })));
    const { client } = on._.session as unknown as { client: unknown };
    const bound: Prepared = Object.assign(Object.create(built), { client });
    return bound.execute(values) as Promise<Awaited<ReturnType<Prepared['execute']>>>;
  };
}

/** For what the query builder has no words for: SQL with placeholders, built once. Nothing of its rows is given. */
export function sqlStatement(name: string, query: SQL): Statement<unknown> {
  return statement((db) =>
    db._.session.prepareQuery(new PgDialect().sqlToQuery(query), undefined, name, false),
  );
}

/** A statement that also reads the database's time: the clock says how. */
export type TimedStatement<Result> = (
  on: Database | Transaction,
  clock: Clock,
  values?: Record<string, unknown>,
) => Promise<Result>;

/** As `statement`, given the expression of the time too. Only for the system's clock it is built once. */
export function timedStatement<Prepared extends Preparable>(
  build: (db: Builder, now: SQL<string>) => Prepared,
): TimedStatement<Awaited<ReturnType<Prepared['execute']>>> {
  const bySystemClock = statement((db) => build(db, systemClock.inTransaction));
  return (on, clock, values) =>
    clock === systemClock
      ? bySystemClock(on, values)
      : statement((db) => build(db, clock.inTransaction))(on, values);
}

/** What Drizzle's prepared queries hold but do not show. */
interface PreparedInside {
  params: unknown[];
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

function improved<Prepared>(prepared: Prepared): Prepared {
  const inside = prepared as PreparedInside;
  const { params, fields, joinsNotNullableMap = {} } = inside;
  inside.params = params.map((param) => (is(param, Param) ? lettingNullThrough(param) : param));
  if (fields) {
    const toResult = rowMapper(fields, joinsNotNullableMap);
    inside.customResultMapper = (rows) => rows.map(toResult);
  }
  return prepared;
}

/** Drizzle has the values of placeholders encoded also when they are null. */
function lettingNullThrough({ value, encoder }: Param): Param {
  return new Param(value, {
    mapToDriverValue: (given) => (given === null ? null : encoder.mapToDriverValue(given)),
  });
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
