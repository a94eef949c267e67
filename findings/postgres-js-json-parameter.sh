#!/usr/bin/env bash
# postgres.js encodes a parameter that is JSON text already a second time.
#
# Versions: postgres 3.4.9, pg 8.23.1, PostgreSQL 18.4.
#
# Expected: `sql.unsafe('select json_typeof($1::json)', ['[1,2]'])` gives "array". `sql.unsafe` takes the statement
# and the parameters as `pg` does, and there the same call gives "array".
#
# What happens: "string". postgres.js asks the server for each parameter's type, and applies JSON.stringify to every
# value whose type is json or jsonb, strings included. The server receives "\"[1,2]\"". So does a column of type
# jsonb, without any cast: the row is stored, without an error, and `column->>'key'` is null.
# `pg` sends strings as they are. It fails instead for an array, which it sends as a PostgreSQL array.
#
# Who is hurt: everyone who moves statements from `pg` to postgres.js, or runs the same ones through both. `pg` needs
# JSON.stringify for arrays, and with postgres.js the same JSON.stringify corrupts data.
#
# Instead: write `$1::text::json` and pass text. The parameter then has type text, and both drivers send it as it is.
# With postgres.js alone, pass the value itself, without JSON.stringify.
#
# Output:
#   node 20.20.2, PostgreSQL 18.4
#   postgres 3.4.9
#   pg 8.23.1
#
#   $1::json, '[1,2]'
#     pg: array
#     postgres.js: string
#
#   $1::jsonb, '[1,2]'
#     pg: array
#     postgres.js: string
#
#   $1::text::json, '[1,2]'
#     pg: array
#     postgres.js: array
#
#   $1::json, [1,2]
#     pg: error 22P02
#     postgres.js: array
#
#   a column of type jsonb, '{"key":1}'
#     pg: object, key 1
#     postgres.js: string, key null
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/with-postgres.sh" postgres@3.4.9 pg@8.23.1

cat >main.mjs <<'END'
import assert from 'node:assert/strict'
import pg from 'pg'
import postgres from 'postgres'

const client = new pg.Client()
await client.connect()
const sql = postgres()
await sql`create table documents (driver text, body jsonb)`

const drivers = [
  ['pg', async (statement, parameters) => (await client.query(statement, parameters)).rows[0]],
  ['postgres.js', async (statement, parameters) => (await sql.unsafe(statement, parameters))[0]],
]

const insert = (driver) => `
  insert into documents values ('${driver}', $1) returning jsonb_typeof(body) as type, body->>'key' as key`

for (const [title, statement, parameter, ...expected] of [
  ["$1::json, '[1,2]'", () => 'select json_typeof($1::json) as type', '[1,2]', 'array', 'string'],
  ["$1::jsonb, '[1,2]'", () => 'select jsonb_typeof($1::jsonb) as type', '[1,2]', 'array', 'string'],
  ["$1::text::json, '[1,2]'", () => 'select json_typeof($1::text::json) as type', '[1,2]', 'array', 'array'],
  ['$1::json, [1,2]', () => 'select json_typeof($1::json) as type', [1, 2], 'error 22P02', 'array'],
  [`a column of type jsonb, '{"key":1}'`, insert, '{"key":1}', 'object, key 1', 'string, key null'],
]) {
  console.log(`\n${title}`)
  for (const [index, [driver, query]] of drivers.entries()) {
    const seen = await query(statement(driver), [parameter]).then(
      ({ type, key }) => (key === undefined ? type : `${type}, key ${key}`),
      (error) => `error ${error.code}`,
    )
    console.log(`  ${driver}: ${seen}`)
    assert.equal(seen, expected[index])
  }
}

await sql.end()
await client.end()
END
node main.mjs
