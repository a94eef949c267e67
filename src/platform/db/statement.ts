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
import type { Queryable } from './prepare-statements.ts';

/** Runs on a pool or in a transaction, with values for its placeholders. */
export type Statement<Result> = (
  on: Database | Transaction,
  values?: Record<string, unknown>,
) => Promise<Result>;

/** Builds statements. It has no connection. */
export type Builder = PostgresJsDatabase;

interface Preparable {
  execute(values?: Record<string, unknown>): Promise<unknown>;
}

/**
 * Builds a statement of Drizzle's query builder once, at its first run. Building it at every call, and mapping each
 * value of each row by Drizzle's general code, would cost a request more than everything else.
 *
 * Values of INSERT and UPDATE are encoded by their columns. To encode a value in a comparison, use
 * `sql.param(placeholder, column)`.
 *
 * @param build must end in `.prepare(name)`
 * @throws DrizzleQueryError, as Drizzle does
 */
export function statement<Prepared extends Preparable>(
  build: (db: Builder) => Prepared,
): Statement<Awaited<ReturnType<Prepared['execute']>>> {
  let built: BuiltStatement | undefined;
  const run = async (on: Database | Transaction, values: Record<string, unknown> = {}): Promise<unknown> => {
    built ??= readPrepared(build(drizzle.mock()));
    const { text, parameters, toResult } = built;
    const { client } = on._.session as unknown as { client: Queryable };
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

/**
 * Builds a statement of SQL with placeholders once, for what the query builder cannot express. Its rows are not mapped.
 */
export function sqlStatement(name: string, query: SQL): Statement<unknown> {
  return statement((db) =>
    db._.session.prepareQuery(new PgDialect().sqlToQuery(query), undefined, name, false),
  );
}

/** A statement that contains the clock's expression for the time. */
export type TimedStatement<Result> = (
  on: Database | Transaction,
  clock: Clock,
  values?: Record<string, unknown>,
) => Promise<Result>;

/** Like `statement`, with the expression for the time. Built once for the system clock, at every run for others. */
export function timedStatement<Prepared extends Preparable>(
  build: (db: Builder, now: SQL<string>) => Prepared,
): TimedStatement<Awaited<ReturnType<Prepared['execute']>>> {
  const bySystemClock = statement((db) => build(db, systemClock.inTransaction));
  return (on, clock, values) =>
    clock === systemClock
      ? bySystemClock(on, values)
      : statement((db) => build(db, clock.inTransaction))(on, values);
}

/** The private fields of Drizzle's prepared queries. */
interface PreparedFields {
  queryString: string;
  params: unknown[];
  /** What is selected, in the order of the columns; undefined for statements without rows. */
  fields?: SelectedField[];
  /** By the name of a joined table: whether every row has a row of it. */
  joinsNotNullableMap?: Record<string, boolean>;
}

interface SelectedField {
  path: string[];
  field: Column | SQL | SQL.Aliased;
}

interface BuiltStatement {
  text: string;
  /** Each returns the value of one parameter, given the values of the placeholders. */
  parameters: ((values: Record<string, unknown>) => postgres.ParameterOrJSON<never>)[];
  /** Maps a row; null if the statement returns none. */
  toResult: ((row: unknown[]) => unknown) | null;
}

function readPrepared(prepared: unknown): BuiltStatement {
  const { queryString, params, fields, joinsNotNullableMap = {} } = prepared as PreparedFields;
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
  if (value === undefined) throw new Error(`the placeholder ${name} has no value`);
  return value;
}

/** A value of a row and the property that receives it. */
interface Target {
  index: number;
  name: string;
  /** Null if the driver's value is used unchanged. */
  decode: ((value: unknown) => unknown) | null;
}

/** Maps rows like Drizzle's mapResultRow, for selections at most one object deep. */
function rowMapper(fields: SelectedField[], joinsNotNullable: Record<string, boolean>) {
  const plain: Target[] = [];
  const objects = new Map<string, { targets: Target[]; mayBeMissing: boolean }>();
  for (const [index, { path, field }] of fields.entries()) {
    const [outer = '', inner, ...deeper] = path;
    if (deeper.length > 0) throw new Error(`${path.join('.')} is selected too deep`);
    const decode = decodingOf(field);
    if (inner === undefined) {
      plain.push({ index, name: outer, decode });
      continue;
    }
    const mayBeMissing = is(field, Column) && joinsNotNullable[getTableName(field.table)] === false;
    const object = objects.get(outer) ?? { targets: [], mayBeMissing };
    objects.set(outer, object);
    object.targets.push({ index, name: inner, decode });
  }
  return (row: unknown[]): unknown => {
    const result = read(row, plain);
    for (const [name, { targets, mayBeMissing }] of objects) {
      // The first column of a joined table is its key, so it is null only if there is no row.
      const isMissing = mayBeMissing && row[targets[0]?.index ?? 0] === null;
      result[name] = isMissing ? null : read(row, targets);
    }
    return result;
  };
}

function read(row: unknown[], targets: Target[]): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const { index, name, decode } of targets) {
    const value = row[index];
    object[name] = value === null || decode === null ? value : decode(value);
  }
  return object;
}

function decodingOf(field: SelectedField['field']): Target['decode'] {
  const decoder = is(field, Column) ? field : decoderOfSql(is(field, SQL) ? field : field.sql);
  // Most columns are text, whose decoder returns its argument.
  return decoder.mapFromDriverValue === Column.prototype.mapFromDriverValue
    ? null
    : (value) => decoder.mapFromDriverValue(value);
}

function decoderOfSql(expression: SQL): DriverValueDecoder<unknown, unknown> {
  return (expression as unknown as { decoder: DriverValueDecoder<unknown, unknown> }).decoder;
}
