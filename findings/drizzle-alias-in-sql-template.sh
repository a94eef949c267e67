#!/usr/bin/env bash
# In a `sql` template, a Drizzle alias in FROM is its new name alone. If a table has that name, the query reads it.
#
# Versions: drizzle-orm 0.45.4, postgres 3.4.9, PostgreSQL 18.4.
#
# Expected: `from ${alias(tickets, 'latest')}` in a template is what the query builder writes for the same alias,
# "tickets" "latest". A table without an alias is written by both in the same way.
#
# What happens: the template writes "latest" only.
# - Without a table of that name, PostgreSQL reports that the relation does not exist.
# - With one (or a view, or a table further up in `search_path`), the query runs and returns that table's rows. The
#   columns fit when the other table is a copy, such as an archive or a materialized view of the first.
# The types of the alias are those of the first table in both cases.
#
# Who is hurt: whoever writes a correlated subquery of a table with itself in a template, as `exists`, `lateral` and
# JSON aggregates often need.
#
# Instead: `from ${tickets} as ${sql.identifier('latest')}`, and the alias for the columns only.
#
# Output:
#   node 20.20.2, PostgreSQL 18.4
#   drizzle-orm 0.45.4
#   postgres 3.4.9
#   builder: select "id" from "tickets" "latest"
#   template: select "latest"."id" from "latest"
#   without a table of that name: 42P01 relation "latest" does not exist
#   with one, builder: 1
#   with one, template: 2
#   with one, table and identifier: 1
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/with-postgres.sh" drizzle-orm@0.45.4 postgres@3.4.9

cat >main.mjs <<'END'
import assert from 'node:assert/strict'
import { sql } from 'drizzle-orm'
import { alias, integer, pgTable } from 'drizzle-orm/pg-core'
import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'

function see(what, seen, expected) {
  console.log(`${what}: ${seen}`)
  assert.equal(String(seen), String(expected))
}

const { PGHOST, PGPORT, PGUSER, PGDATABASE } = process.env
const client = postgres({
  path: `${PGHOST}/.s.PGSQL.${PGPORT}`,
  username: PGUSER,
  database: PGDATABASE,
  onnotice() {},
})
const db = drizzle(client)
const tickets = pgTable('tickets', { id: integer('id') })
const latest = alias(tickets, 'latest')
await client`create table tickets (id int)`
await client`insert into tickets values (1)`

const built = db.select({ id: latest.id }).from(latest)
const template = sql`select ${latest.id} from ${latest}`
see('builder', built.toSQL().sql, 'select "id" from "tickets" "latest"')
see('template', db.dialect.sqlToQuery(template).sql, 'select "latest"."id" from "latest"')

const failed = await db.execute(template).then(
  () => 'no error',
  ({ cause }) => `${cause.code} ${cause.message}`,
)
see('without a table of that name', failed, '42P01 relation "latest" does not exist')

await client`create table latest (id int)`
await client`insert into latest values (2)`
const ids = (rows) => rows.map(({ id }) => id)
see('with one, builder', ids(await built), 1)
see('with one, template', ids(await db.execute(template)), 2)
const named = sql`select ${latest.id} from ${tickets} as ${sql.identifier('latest')}`
see('with one, table and identifier', ids(await db.execute(named)), 1)
await client.end()
END
node main.mjs
