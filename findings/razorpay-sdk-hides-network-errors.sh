#!/usr/bin/env bash
# Razorpay's SDK replaces every error of the network by a TypeError of its own.
#
# Versions: razorpay 2.9.8 (npm).
#
# Expected: a request that gets no answer rejects with the reason, such as ECONNREFUSED or ENOTFOUND, so that a program
# can tell a refund that was not sent from one that may have been made.
#
# What happens: the SDK reads the status of an answer that does not exist (dist/api.js, `normalizeError`), and rejects
# with "TypeError: Cannot read properties of undefined (reading 'status')", without a cause. An answer that is no JSON,
# as a proxy's 503, rejects with `error: undefined`, so `error.error.description`, as the documentation reads it, throws.
#
# Who is hurt: everyone who retries by the kind of the error. A refused connection, a reset in the middle of a refund and
# a wrong host name look the same, and like a mistake in one's own code.
#
# Instead: call the API by fetch, or catch the TypeError and treat the result as unknown: look the refund up.
#
# Output:
#   node 20.20.2
#   razorpay 2.9.8
#
#   nobody listens: TypeError, cause undefined, code undefined
#   connection reset: TypeError, cause undefined, code undefined
#   503 of a proxy: statusCode 503, error undefined
. "$(dirname "${BASH_SOURCE[0]}")/with-packages.sh" razorpay@2.9.8

cat >main.mjs <<'END'
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import Razorpay from 'razorpay'

const server = createServer((request, response) => {
  if (request.url.includes('pay_reset')) request.socket.resetAndDestroy()
  else response.writeHead(503, { 'content-type': 'text/html' }).end('<html>busy</html>')
}).listen(0, '127.0.0.1')
await new Promise((resolve) => server.once('listening', resolve))

const sdk = new Razorpay({ key_id: 'rzp_test_1', key_secret: 'secret' })
const refund = (baseURL, payment) => {
  sdk.api.rq.defaults.baseURL = baseURL
  return sdk.payments.refund(payment, { amount: 100 }).then(() => null, (error) => error)
}
const url = `http://127.0.0.1:${server.address().port}`
console.log()
for (const [words, base, payment] of [
  ['nobody listens', 'http://127.0.0.1:1', 'pay_1'],
  ['connection reset', url, 'pay_reset'],
]) {
  const error = await refund(base, payment)
  console.log(`${words}: ${error.name}, cause ${error.cause}, code ${error.code}`)
  assert.ok(error instanceof TypeError)
  assert.equal(error.cause ?? error.code, undefined)
}
const { statusCode, error } = await refund(url, 'pay_busy')
console.log(`503 of a proxy: statusCode ${statusCode}, error ${error}`)
assert.deepEqual([statusCode, error], [503, undefined])
server.close()
END
node main.mjs
