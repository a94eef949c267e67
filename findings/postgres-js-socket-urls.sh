#!/usr/bin/env bash
# postgres.js takes a URL that names a Unix socket as a URL of another host.
#
# Versions: postgres 3.4.9, pg 8.23.1, PostgreSQL 18.4.
#
# Expected: a connection URL that psql (libpq) and `pg` read also works with `postgres`. The PostgreSQL manual gives
# two spellings of a Unix socket: the folder as parameter `host`, and the percent-encoded folder as host.
#
# What happens, with nothing but the URL:
# - `postgres:///db?host=/folder` connects to localhost over TCP and sends `host` as a setting of the session. Where
#   no server listens, the error is ECONNREFUSED. A server there, perhaps the wrong one, learns user and database,
#   and answers: unrecognized configuration parameter "host".
# - `postgres://%2Ffolder/db` looks the text "%2Ffolder" up as a host name: ENOTFOUND (EAI_AGAIN without DNS).
# - `postgres://user:password@/db?host=/folder`, the first one with a user, throws "Invalid URL". The error's
#   property `input` is the whole URL, so an uncaught error prints the password.
# `pg` connects through the socket with all of them.
#
# Who is hurt: everyone with one DATABASE_URL for several tools and a server that listens on a socket only, such as a
# local server with peer authentication, or a cloud database whose proxy gives a socket.
#
# Instead: pass the folder as the option `host`, and keep `host=` out of the URL (with it, the server still refuses
# the setting). Or set PGHOST to the folder and leave the host out of the URL, which works for both drivers. The
# option `path` works as well, with the socket's file. (The README has "usually '/tmp'", but a folder is refused.)
#
# Output:
#   node 20.20.2, PostgreSQL 18.4
#   postgres 3.4.9
#   pg 8.23.1
#
#   postgres:///postgres?host=/folder
#     pg: Unix socket
#     postgres.js: localhost:PORT ECONNREFUSED
#
#   postgres://%2Ffolder/postgres
#     pg: Unix socket
#     postgres.js: %2Ffolder:PORT ENOTFOUND
#
#   postgres://postgres:secret@/postgres?host=/folder
#     pg: Unix socket
#     postgres.js: ERR_INVALID_URL
#     error's input: postgres://postgres:secret@/postgres?host=/folder
#
#   postgres:///postgres?host=/folder, and a server on localhost
#     postgres.js: localhost:PORT 42704 unrecognized configuration parameter "host"
#     sent to localhost: user postgres database postgres client_encoding UTF8 application_name postgres.js host /folder
#
#   postgres.js, with options
#   { host: folder, database }: Unix socket
#   postgres:///postgres, { host: folder }: Unix socket
#   postgres:///postgres?host=/folder, { host: folder }: 42704 unrecognized configuration parameter "host"
#   postgres:///postgres, { path: file }: Unix socket
#   postgres:///postgres, { path: folder }: ECONNREFUSED
#
#   PGHOST=/folder, postgres:///postgres
#     pg: Unix socket
#     postgres.js: Unix socket
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/with-postgres.sh" postgres@3.4.9 pg@8.23.1

export SOCKET_FOLDER=$PGHOST
unset PGHOST PGDATABASE

cat >main.mjs <<'END'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import pg from 'pg'
import postgres from 'postgres'

const folder = process.env.SOCKET_FOLDER
const port = process.env.PGPORT
const encoded = encodeURIComponent(folder)
const socket = `${folder}/.s.PGSQL.${port}`

const shorten = (text) =>
  text.replaceAll(folder, '/folder').replaceAll(encoded, '%2Ffolder').replaceAll(port, 'PORT')

function see(what, seen, ...expected) {
  console.log(`${shorten(what)}: ${shorten(seen)}`)
  assert.ok(expected.includes(shorten(seen)), `expected: ${expected.join(' or ')}`)
}

const way = "select case when inet_server_addr() is null then 'Unix socket' else 'TCP' end as way"

async function viaPg(connectionString) {
  const client = new pg.Client(connectionString)
  await client.connect()
  const { rows } = await client.query(way)
  await client.end()
  return rows[0].way
}

async function viaPostgresJs(...args) {
  let sql
  try {
    sql = postgres(...args)
    return (await sql.unsafe(way))[0].way
  } catch (error) {
    const host = sql && !sql.options.path ? `${sql.options.host}:${sql.options.port} ` : ''
    return `${host}${error.code} ${error.name === 'PostgresError' ? error.message : ''}`.trim()
  } finally {
    await sql?.end()
  }
}

const asParameter = `postgres:///postgres?host=${folder}`
const asHost = `postgres://${encoded}/postgres`
const withUser = `postgres://postgres:secret@/postgres?host=${folder}`

for (const [url, ...expected] of [
  [asParameter, 'localhost:PORT ECONNREFUSED'],
  [asHost, '%2Ffolder:PORT ENOTFOUND', '%2Ffolder:PORT EAI_AGAIN'],
  [withUser, 'ERR_INVALID_URL'],
]) {
  console.log(`\n${shorten(url)}`)
  see('  pg', await viaPg(url), 'Unix socket')
  see('  postgres.js', await viaPostgresJs(url), ...expected)
}
try {
  postgres(withUser)
} catch (error) {
  see("  error's input", error.input, 'postgres://postgres:secret@/postgres?host=/folder')
}

// Passes connections on to the server's socket, and keeps the messages that start them.
const starts = []
const relay = createServer((client) => {
  const server = connect(socket)
  client.once('data', (data) => starts.push(data.subarray(8).toString().split('\0').filter(Boolean).join(' ')))
  client.pipe(server).pipe(client)
  client.on('error', () => server.destroy())
  server.on('error', () => client.destroy())
})
await once(relay.listen(port, 'localhost'), 'listening')

const unknown = 'localhost:PORT 42704 unrecognized configuration parameter "host"'
console.log(`\n${shorten(asParameter)}, and a server on localhost`)
see('  postgres.js', await viaPostgresJs(asParameter), unknown)
see(
  '  sent to localhost',
  starts.join(),
  'user postgres database postgres client_encoding UTF8 application_name postgres.js host /folder',
)
relay.close()

console.log('\npostgres.js, with options')
const plain = 'postgres:///postgres'
see('{ host: folder, database }', await viaPostgresJs({ host: folder, database: 'postgres' }), 'Unix socket')
see(`${plain}, { host: folder }`, await viaPostgresJs(plain, { host: folder }), 'Unix socket')
see(
  `${asParameter}, { host: folder }`,
  await viaPostgresJs(asParameter, { host: folder }),
  '42704 unrecognized configuration parameter "host"',
)
see(`${plain}, { path: file }`, await viaPostgresJs(plain, { path: socket }), 'Unix socket')
see(`${plain}, { path: folder }`, await viaPostgresJs(plain, { path: folder }), 'ECONNREFUSED')

process.env.PGHOST = folder
console.log(`\nPGHOST=/folder, ${plain}`)
see('  pg', await viaPg(plain), 'Unix socket')
see('  postgres.js', await viaPostgresJs(plain), 'Unix socket')
END
node main.mjs
