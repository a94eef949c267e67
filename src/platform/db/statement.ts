import {
  Column,
  type DriverValueDecoder,
  DrizzleQueryError,
  getTableName,
  is,
  Param,
  Placeholder,
  SQL,
} from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type postgres from 'postgres';
import { type Clock, systemClock } from './clock.ts';
import type { Database, Transaction } from './database.ts';
import type { Asker } from './prepare-statements.ts';

/** Runs on a pool, or inside a transaction, with the values of its placeholders. */
export type Statement<Result> = (
  on: Database | Transaction,
  values?: Record<string, unknown>,
) => Promise<Result>;

/** What statements are built with. */
export type Builder = PostgresJsDatabase;

interface Preparable {
  execute(values?: Record<string, unknown>): Promise<unknown>;
}

/**
 * A statement of Drizzle's query builder that is built once. To build one anew at every call, and to find out for each
 * value of each row where it goes, costs a request more than all the rest of it.
 *
 * Values of INSERT and UPDATE are encoded by their columns; one to compare with is only in `sql.param(placeholder,
 * column)`.
 *
 * @param build called with a builder that has no connection, at the first run; ends in `.prepare(name)`
 */
export function statement<Prepared extends Preparable>(
  build: (db: Builder) => Prepared,
): Statement<Awaited<ReturnType<Prepared['execute']>>> {
  let built: BuiltStatement | undefined;
  const run = async (on: Database | Transaction, values: Record<string, unknown> = {}): Promise<unknown> => {
    built ??= readPrepared(build(drizzle.mock()));
    const { text, parameters, toResult } = built;
    const { client } = on._.session as unknown as { client: Asker };
    const given = parameters.map((parameter) => parameter(values));
    try {
      const sent = client.unsafe(text, given);
      return toResult ? (await sent.values()).map(toResult) : await sent;
    } catch (error) {
      throw new DrizzleQueryError(text, given, error as Error);
    }
  };
  return run as Statement<Awaited<ReturnType<Prepared['execute']>>>;
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
  queryString: string;
  params: unknown[];
  /** What is selected, in the order of the columns; none: nothing is. */
  fields?: SelectedField[];
  /** By the name of a joined table: whether each row has one. */
  joinsNotNullableMap?: Record<string, boolean>;
}

interface SelectedField {
  path: string[];
  field: Column | SQL | SQL.Aliased;
}

interface BuiltStatement {
  text: string;
  /** Each takes its value from those of the placeholders. */
  parameters: ((values: Record<string, unknown>) => postgres.ParameterOrJSON<never>)[];
  /** Null when no rows are given. */
  toResult: ((row: unknown[]) => unknown) | null;
}

function readPrepared(prepared: unknown): BuiltStatement {
  const { queryString, params, fields, joinsNotNullableMap = {} } = prepared as PreparedInside;
  return {
    text: queryString,
    parameters: params.map(toParameter) as BuiltStatement['parameters'],
    toResult: fields ? rowMapper(fields, joinsNotNullableMap) : null,
  };
}

function toParameter(param: unknown): (values: Record<string, unknown>) => unknown {
  if (is(param, Placeholder)) return ({ [param.name]: value }) => given(value, param.name);
  if (!is(param, Param) || !is(param.value, Placeholder)) return () => param;
  const { encoder, value } = param;
  const { name } = value;
  return (values) => {
    const toEncode = given(values[name], name);
    return toEncode === null ? null : encoder.mapToDriverValue(toEncode);
  };
}

function given(value: unknown, name: string): unknown {
  if (value === undefined) throw new Error(`the placeholder ${name} is given no value`);
  return value;
}

/** Where a value of a row goes. */
interface Place {
  index: number;
  name: string;
  /** Null: it stays as the driver gives it. */
  decode: ((value: unknown) => unknown) | null;
}

/** Does what Drizzle's mapResultRow does for objects of columns, one level deep. */
function rowMapper(fields: SelectedField[], joinsNotNullable: Record<string, boolean>) {
  const plain: Place[] = [];
  const objects = new Map<string, { places: Place[]; mayBeMissing: boolean }>();
  for (const [index, { path, field }] of fields.entries()) {
    const [outer = '', inner, ...deeper] = path;
    if (deeper.length > 0) throw new Error(`${path.join('.')} is selected too deep`);
    const decode = decodingOf(field);
    if (inner === undefined) {
      plain.push({ index, name: outer, decode });
      continue;
    }
    const mayBeMissing = is(field, Column) && joinsNotNullable[getTableName(field.table)] === false;
    const object = objects.get(outer) ?? { places: [], mayBeMissing };
    objects.set(outer, object);
    object.places.push({ index, name: inner, decode });
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
  for (const { index, name, decode } of places) {
    const value = row[index];
    object[name] = value === null || decode === null ? value : decode(value);
  }
  return object;
}

function decodingOf(field: SelectedField['field']): Place['decode'] {
  const decoder = is(field, Column) ? field : decoderOfSql(is(field, SQL) ? field : field.sql);
  // Most columns are text, and say so by a function that does nothing.
  return decoder.mapFromDriverValue === Column.prototype.mapFromDriverValue
    ? null
    : (value) => decoder.mapFromDriverValue(value);
}

function decoderOfSql(expression: SQL): DriverValueDecoder<unknown, unknown> {
  return (expression as unknown as { decoder: DriverValueDecoder<unknown, unknown> }).decoder;
}
