import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEMO_USER, OTHER_USERS } from '../../../src/dev/demo/users.ts';
import { checkDatabase } from '../../../src/platform/db/check-database.ts';
import { openDatabase } from '../../../src/platform/db/database.ts';
import { DEMO_PEOPLE, DEMO_PERSON } from '../../../src/platform/db/database-environment.ts';
import { DatabaseRefusedError } from '../../../src/platform/db/database-refused.error.ts';
import { migrateDatabase } from '../../../src/platform/db/migrate.ts';
import { prepareDatabase } from '../../../src/platform/db/prepare-database.ts';
import { type EmptyDatabase, makeEmptyDatabase } from '../../support/empty-database.ts';
import { forgetMigrationsFrom } from '../../support/forget-migrations.ts';
import { migrateUntil } from '../../support/migrate-until.ts';
import { givenCatalogue, givenTicket, HOUR } from '../../support/world.ts';

const NAME = 'usher_test_prepared';
const OWNER = 'usher_test_owner';

let database: EmptyDatabase;
let admin: postgres.Sql;
let url: string;
beforeEach(async () => {
  database = await makeEmptyDatabase(NAME);
  ({ admin, url } = database);
});
afterEach(async () => {
  await database.drop();
  await admin.unsafe(`drop role if exists ${OWNER}`);
  await admin.end();
});

async function query(statement: string): Promise<Record<string, unknown>[]> {
  const client = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return [...(await client.unsafe(statement))];
  } finally {
    await client.end();
  }
}

async function refusalOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(DatabaseRefusedError);
  const { message } = error as Error;
  expect(message).not.toContain('\n');
  return message;
}

const tablesOf = async () =>
  (
    await query(`select schemaname || '.' || tablename as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema') order by 1`)
  ).map(({ name }) => name);

/** Migrates as an earlier version did, which did not have the named migration. */
async function migrateBefore(tag: string): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => {} });
  await migrateUntil(client, tag);
  await client.end();
}

/** A ticket in the tables of an earlier version. */
const TICKET_OF_BEFORE = `
  insert into cities values ('city-1', 'x');
  insert into theaters values ('theater-1', 'city-1', 'x', 'x', 'UTC');
  insert into screens values ('screen-1', 'theater-1', 'x');
  insert into movies values ('movie-1', 'x', '/x.svg', 120);
  insert into shows values ('show-1', 'movie-1', 'screen-1', now(), now() + interval '2 hours');
  insert into users (id, name, email) values ('${DEMO_PERSON.id}', 'x', 'x@example.com');
  insert into tickets (user_id, id, show_id, status, booking_time, base_amount, total_amount)
    values ('${DEMO_PERSON.id}', 'TKT-1', 'show-1', 'CONFIRMED', now(), 0, 0)`;

async function sellTicket(): Promise<void> {
  const { db, close } = openDatabase({ url, poolSize: 2 });
  await givenCatalogue(db);
  await givenTicket(db, { id: 'TKT-1', showStart: new Date(Date.now() + 48 * HOUR) });
  await close();
}

describe('a database remembers what it is for', () => {
  it.each([
    ['production', 'development'],
    ['development', 'production'],
  ] as const)('from its first start on: one for %s refuses %s', async (first, second) => {
    await prepareDatabase(url, first);
    await prepareDatabase(url, first);
    const before = await query('select * from database_environment');
    expect(before).toMatchObject([{ environment: first }]);
    const refusal = await refusalOf(prepareDatabase(url, second));
    expect(refusal).toContain(`This is a ${first} database, but NODE_ENV is`);
    expect(refusal).toContain(`npm run -s db:environment -- ${second}`);
    expect(await refusalOf(checkDatabase(url, second))).toBe(refusal);
    expect(await refusalOf(migrateDatabase(url, { environment: second }))).toBe(refusal);
    expect(await query('select * from database_environment')).toEqual(before);
  });

  it('which many starts at once write once', async () => {
    await Promise.all(Array.from({ length: 8 }, () => prepareDatabase(url, 'production')));
    expect(await query('select environment from database_environment')).toEqual([
      { environment: 'production' },
    ]);
  });

  it('when two starts for different environments come at once, one of them is refused', async () => {
    const settled = await Promise.allSettled([
      prepareDatabase(url, 'production'),
      prepareDatabase(url, 'development'),
    ]);
    expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await query('select environment from database_environment')).toHaveLength(1);
  });

  it('older than this record, it is judged by its rows: tickets without demo people are production', async () => {
    await migrateBefore('0007_database-environment');
    await query(TICKET_OF_BEFORE);
    const tables = await tablesOf();
    expect(await refusalOf(prepareDatabase(url, 'development'))).toContain('holds rows but no demo data');
    expect(await tablesOf()).toEqual(tables);
    await query("insert into users (id, name, email) values ('user-of-ours', 'x', 'x@example.com')");
    await query(`insert into users (id, name, email) values ('${DEMO_PERSON.id}', 'x', '${DEMO_PERSON.email}')
      on conflict (id) do update set email = excluded.email`);
    for (const either of ['production', 'development'] as const)
      expect(await refusalOf(prepareDatabase(url, either))).toContain('demo people beside others');
    await query("delete from users where id = 'user-of-ours'");
    expect(await refusalOf(prepareDatabase(url, 'production'))).toContain('holds demo data');
    await prepareDatabase(url, 'development');
    expect(await query('select environment from database_environment')).toEqual([
      { environment: 'development' },
    ]);
  });

  it('older and not yet sold from, it is production when it has a catalogue or people', async () => {
    await migrateDatabase(url);
    await query("insert into users (id, name, email) values ('user-1', 'x', 'x@example.com')");
    expect(await refusalOf(prepareDatabase(url, 'development'))).toContain('holds rows but no demo data');
  });

  it('the demo people whom it looks for are those of the demo data', () => {
    expect(DEMO_USER).toMatchObject(DEMO_PERSON);
    expect(DEMO_PEOPLE).toEqual([DEMO_USER.id, ...OTHER_USERS.map(({ id }) => id)]);
  });
});

describe('refuses, before anything is written,', () => {
  it.each(['LATIN1', 'SQL_ASCII'])('a database of encoding %s', async (encoding) => {
    await admin.unsafe(`drop database ${NAME}`);
    await admin.unsafe(`create database ${NAME} encoding '${encoding}' locale 'C' template template0`);
    expect(await refusalOf(prepareDatabase(url, 'development'))).toContain(
      `encoding is ${encoding}. Usher needs UTF8`,
    );
    expect(await tablesOf()).toEqual([]);
  });

  it('a connection whose settings would misread values', async () => {
    await query(`alter database ${NAME} set session_replication_role = 'replica'`);
    const refusal = await refusalOf(prepareDatabase(url, 'development'));
    expect(refusal).toContain('session_replication_role is "replica" instead of "origin"');
    expect(await tablesOf()).toEqual([]);
  });

  it('a database without the schema public', async () => {
    await query('drop schema public');
    const refusal = await refusalOf(prepareDatabase(url, 'development'));
    expect(refusal).toContain('search_path is none instead of "public"');
    expect(await tablesOf()).toEqual([]);
  });

  it.each([
    ['a table', 'create table users (id int)', 'users in the schema public'],
    ['a view', 'create view tickets as select 1 as id', 'tickets in the schema public'],
    ['a type', "create type ticket_status as enum ('x')", 'ticket_status in the schema public'],
    [
      'a queue',
      'create schema graphile_worker; create table graphile_worker.migrations (id int)',
      'a job queue',
    ],
    [
      'migrations of another shape',
      'create schema drizzle; create table drizzle.__drizzle_migrations (name text); insert into drizzle.__drizzle_migrations values (1)',
      'tables of migrations',
    ],
    [
      'migrations',
      'create schema drizzle; create table drizzle.__drizzle_migrations (hash text, created_at bigint); insert into drizzle.__drizzle_migrations values (1, 1)',
      'tables of migrations',
    ],
  ])('a database with %s of another program', async (_what, statements, refusal) => {
    await query(statements);
    const before = await tablesOf();
    expect(await refusalOf(prepareDatabase(url, 'development'))).toContain(refusal);
    expect(await refusalOf(checkDatabase(url, 'development'))).toContain(refusal);
    expect(await tablesOf()).toEqual(before);
  });
});

it('a start fills the copies that an interrupted migration left out', async () => {
  await migrateDatabase(url);
  await sellTicket();
  await query('update tickets set listed_start = null, listed_end = null');
  await prepareDatabase(url, 'production');
  expect(
    await query(
      'select from tickets join shows on shows.id = show_id where (tickets.listed_start, tickets.listed_end) = (start_time, end_time)',
    ),
  ).toHaveLength(1);
});

it.each(['usher, public', 'pg_temp', "''"])(
  'with the search_path %s, the tables are in the schema public all the same',
  async (path) => {
    await query('create schema usher');
    await query(`alter database ${NAME} set search_path = ${path}`);
    await prepareDatabase(url, 'development');
    const tables = (await tablesOf()).map((name) => String(name));
    expect(tables).toContain('public.tickets');
    expect(tables.filter((name) => name.startsWith('usher.'))).toEqual([]);
  },
);

describe('a role that owns nothing', () => {
  it('needs no right to change tables when they are up to date, and is told what to run when they are not', async () => {
    await prepareDatabase(url, 'production');
    await admin.unsafe(`create role ${OWNER} login password 'secret'`);
    await query(`grant usage on schema drizzle, graphile_worker to ${OWNER}`);
    await query(`grant select on all tables in schema public, drizzle, graphile_worker to ${OWNER}`);
    const asRole = Object.assign(new URL(url), { username: OWNER, password: 'secret' }).href;
    await prepareDatabase(asRole, 'production');

    await query(forgetMigrationsFrom('0010_refund-checks'));
    const refusal = await refusalOf(prepareDatabase(asRole, 'production'));
    expect(refusal).toMatch(
      /lacks the migrations 0010_refund-checks, .*and this role may not change its tables\..*npm run -s migrate$/,
    );
    await query(`drop owned by ${OWNER}`);
  });
});

it('migrating names what it applied, and the second time nothing', async () => {
  const applied = await migrateDatabase(url, { environment: 'production' });
  expect(applied[0]).toBe('0000_tables');
  expect(applied.at(-1)).toMatch(/^job queue \d+$/);
  expect(await migrateDatabase(url, { environment: 'production' })).toEqual([]);
});
