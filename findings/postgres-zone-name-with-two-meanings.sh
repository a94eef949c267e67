#!/usr/bin/env bash
# PostgreSQL reads CET, EET, MET and WET as zones in one place and as fixed abbreviations in another.
#
# Versions: PostgreSQL 18.4.
#
# Expected: `pg_timezone_names` lists CET as a zone with summer time, as IANA's data has it (a link to Europe/Brussels).
# So after `set timezone = 'CET'` and in `at time zone 'CET'`, a summer's noon in UTC is 14:00.
#
# What happens: it is 14:00 in the session and 13:00 by `at time zone`, without a warning. `set timezone` knows names of
# zones only. `at time zone`, `make_timestamptz` and literals with a zone try the list of abbreviations first
# (timezone_abbreviations), and there CET is one hour ahead all year.
#
# Who is hurt: everyone who stores these IANA names for places and computes local times in SQL. In winter all agree.
# Node's Intl reads the same names as zones with summer time.
#
# Instead: store Europe/Brussels and the like, the targets of these links. Where the names come from others,
# refuse those that `pg_timezone_abbrevs` has with another offset. (The manual, 8.5.3, describes both kinds of names.)
#
# Output:
#   node 20.20.2, PostgreSQL 18.4
#   pg 8.23.1
#
#   CET, on 1 July 2026 at 12:00 UTC
#     in the session: 14:00
#     at time zone: 13:00
#
#   EET, on 1 July 2026 at 12:00 UTC
#     in the session: 15:00
#     at time zone: 14:00
#
#   MET, on 1 July 2026 at 12:00 UTC
#     in the session: 14:00
#     at time zone: 13:00
#
#   WET, on 1 July 2026 at 12:00 UTC
#     in the session: 13:00
#     at time zone: 12:00
#
#   Europe/Brussels, on 1 July 2026 at 12:00 UTC
#     in the session: 14:00
#     at time zone: 14:00
#
#   Noon of 1 July 2026 in CET, in UTC
#     literal: 11:00
#     literal with Europe/Brussels: 10:00
#     make_timestamptz: 11:00
#
#   Both names in winter
#     CET: 13:00
#     Europe/Brussels: 13:00
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/with-postgres.sh" pg@8.23.1

cat >main.mjs <<'END'
import assert from 'node:assert/strict'
import pg from 'pg'

const client = new pg.Client()
await client.connect()
const ask = async (sql, ...values) => (await client.query({ text: sql, values, rowMode: 'array' })).rows[0][0]

function see(what, seen, expected) {
  console.log(`${what}: ${seen}`)
  assert.equal(seen, expected)
}

for (const [name, session, operator] of [
  ['CET', '14:00', '13:00'],
  ['EET', '15:00', '14:00'],
  ['MET', '14:00', '13:00'],
  ['WET', '13:00', '12:00'],
  ['Europe/Brussels', '14:00', '14:00'],
]) {
  console.log(`\n${name}, on 1 July 2026 at 12:00 UTC`)
  await client.query(`set timezone = '${name}'`)
  const at = '2026-07-01T12:00:00Z'
  see('  in the session', await ask(`select to_char($1::timestamptz, 'HH24:MI')`, at), session)
  await client.query('set timezone = UTC')
  see('  at time zone', await ask(`select to_char($1::timestamptz at time zone $2, 'HH24:MI')`, at, name), operator)
}
console.log('\nNoon of 1 July 2026 in CET, in UTC')
const utc = (expression) => ask(`select to_char(${expression}, 'HH24:MI')`)
see('  literal', await utc("'2026-07-01 12:00 CET'::timestamptz"), '11:00')
see('  literal with Europe/Brussels', await utc("'2026-07-01 12:00 Europe/Brussels'::timestamptz"), '10:00')
see('  make_timestamptz', await utc("make_timestamptz(2026, 7, 1, 12, 0, 0, 'CET')"), '11:00')
console.log('\nBoth names in winter')
for (const name of ['CET', 'Europe/Brussels'])
  see(`  ${name}`, await ask(`select to_char('2026-01-01T12:00:00Z'::timestamptz at time zone $1, 'HH24:MI')`, name), '13:00')
await client.end()
END
node main.mjs
