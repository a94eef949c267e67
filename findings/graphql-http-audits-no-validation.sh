#!/usr/bin/env bash
# The audits of graphql-http for a "document validation failure" send a document that does not parse.
#
# Versions: graphql-http 1.23.1, graphql 16.15.0.
#
# Expected: the audits FDE2, 51FE, 74FF and 5E5B ask what a server answers to a document that is not valid, and others
# (572B, 865D, 556A, D586) to one that does not parse. GraphQL over HTTP of September 2026 wants different status codes
# for the two: 422 and 400.
#
# What happens: their document selects the field 8f31403dfe404bccbb0e835f2629c6a7, "making sure the field doesn't exist".
# A name cannot begin with a digit, so the document has a syntax error and is never validated. All eight audits ask about
# parsing. A server that answers a validation failure wrongly passes all of them.
#
# Who is hurt: authors of servers, who read "SHOULD use 400 status code on document validation failure: ok" although the
# server sends something else.
#
# Instead: test with a document that parses, such as { nothing }.
#
# Output:
#   node 20.20.2
#   graphql-http 1.23.1
#   graphql 16.15.0
#
#   FDE2 (validation): Syntax Error: Invalid number, expected digit but got: "f".
#   51FE (validation): Syntax Error: Invalid number, expected digit but got: "f".
#   74FF (validation): Syntax Error: Invalid number, expected digit but got: "f".
#   5E5B (validation): Syntax Error: Invalid number, expected digit but got: "f".
#   a server that answers validation failures with 200: 74FF is ok
. "$(dirname "${BASH_SOURCE[0]}")/with-packages.sh" graphql-http@1.23.1 graphql@16.15.0

cat >main.mjs <<'END'
import assert from 'node:assert/strict'
import { buildSchema, parse, validate } from 'graphql'
import { serverAudits } from 'graphql-http'

const schema = buildSchema('type Query { hello: String }')
const syntaxErrorOf = (text) => {
  try {
    parse(text)
    return null
  } catch ({ message }) {
    return message
  }
}

let asked
/** A server that is wrong: it answers documents that are not valid with 200. Only a syntax error gets 400. */
const fetchFn = async (_url, { body }) => {
  asked = JSON.parse(body).query
  const message = syntaxErrorOf(asked) ?? validate(schema, parse(asked))[0]?.message
  const status = syntaxErrorOf(asked) ? 400 : 200
  const headers = { 'content-type': 'application/graphql-response+json; charset=utf-8' }
  return new Response(JSON.stringify({ errors: [{ message }] }), { status, headers })
}

console.log()
const audits = serverAudits({ url: 'http://server/graphql', fetchFn })
for (const id of ['FDE2', '51FE', '74FF', '5E5B']) {
  const audit = audits.find((one) => one.id === id)
  assert.match(audit.name, /document validation failure/)
  const { status } = await audit.fn()
  console.log(`${id} (validation): ${syntaxErrorOf(asked)}`)
  assert.match(syntaxErrorOf(asked), /^Syntax Error/)
  if (id === '74FF') assert.equal(status, 'ok')
}
console.log('a server that answers validation failures with 200: 74FF is ok')
END
node main.mjs
