#!/usr/bin/env bash
# Razorpay's SDK cannot send an idempotency key with a refund: it drops the header without a word.
#
# Versions: razorpay 2.9.8 (npm).
#
# Expected: Razorpay documents the header X-Refund-Idempotency, which makes a refund safe to repeat after a lost answer:
# https://razorpay.com/docs/api/refunds/normal-refunds-idempotent. The SDK's option `headers` is for headers of every
# request, so `headers: { 'X-Refund-Idempotency': key }` sends it. `payments.refund` has no other place for it.
#
# What happens: `headers` lets X-Razorpay-Account and Content-Type through and nothing else (dist/api.js,
# `allowedHeaders`). The refund is sent without the key, and nothing is thrown or printed. Sent again, it is a second
# refund.
#
# Who is hurt: everyone who repeats a refund by the SDK after a time-out, and believes the key protects it.
#
# Instead: POST /v1/payments/:id/refund by fetch, with the header. A unique `receipt` helps too.
#
# Output:
#   node 20.20.2
#   razorpay 2.9.8
#
#   headers given: X-Razorpay-Account, X-Refund-Idempotency
#   sent: x-razorpay-account acc_1
#   sent: x-refund-idempotency (missing)
. "$(dirname "${BASH_SOURCE[0]}")/with-packages.sh" razorpay@2.9.8

cat >main.mjs <<'END'
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import Razorpay from 'razorpay'

const received = []
const server = createServer((request, response) => {
  received.push(request.headers)
  response.setHeader('content-type', 'application/json').end('{"id":"rfnd_1"}')
}).listen(0, '127.0.0.1')
await new Promise((resolve) => server.once('listening', resolve))

const headers = { 'X-Razorpay-Account': 'acc_1', 'X-Refund-Idempotency': '550e8400-e29b-41d4' }
const sdk = new Razorpay({ key_id: 'rzp_test_1', key_secret: 'secret', headers })
sdk.api.rq.defaults.baseURL = `http://127.0.0.1:${server.address().port}`
await sdk.payments.refund('pay_29QQoUBi66xm2f', { amount: 100 })
server.close()

console.log(`\nheaders given: ${Object.keys(headers).join(', ')}`)
for (const name of ['x-razorpay-account', 'x-refund-idempotency'])
  console.log(`sent: ${name} ${received[0][name] ?? '(missing)'}`)
assert.equal(received[0]['x-razorpay-account'], 'acc_1')
assert.equal(received[0]['x-refund-idempotency'], undefined)
END
node main.mjs
