import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTwilioSmsSender } from '../../src/notifications/twilio.sms-sender.ts';
import { CREATED, json, refusal, startTwilioServer, type TwilioServer } from './twilio.server.ts';

const SMS = { to: '+910000000101', text: 'रिफ़ंड ₹333.00 & more = 100%' };

let twilio: TwilioServer;
beforeAll(async () => {
  twilio = await startTwilioServer();
});
afterAll(() => twilio.close());
beforeEach(() => {
  twilio.requests.length = 0;
  twilio.answer = CREATED;
});

const sender = (timeoutMs = 5_000, baseUrl = twilio.url) =>
  createTwilioSmsSender({
    baseUrl,
    accountSid: 'AC01',
    authToken: 'secret',
    from: '+15005550006',
    timeoutMs,
  });

it('posts a form to the account and returns the sid', async () => {
  expect(await sender().send(SMS)).toEqual({ kind: 'sent', id: 'SM00000000000000000000000000000001' });
  expect(twilio.requests).toEqual([
    {
      method: 'POST',
      path: '/2010-04-01/Accounts/AC01/Messages.json',
      authorization: `Basic ${btoa('AC01:secret')}`,
      form: { To: SMS.to, From: '+15005550006', Body: SMS.text },
    },
  ]);
});

it('keeps the path of TWILIO_URL, as that of a proxy', async () => {
  await sender(5_000, `${twilio.url}/twilio`).send(SMS);
  expect(twilio.requests[0]?.path).toBe('/twilio/2010-04-01/Accounts/AC01/Messages.json');
});

it.each([
  [
    'an invalid number is refused',
    refusal(400, 21211, "Invalid 'To' Phone Number"),
    { kind: 'refused', detail: "HTTP 400 21211: Invalid 'To' Phone Number" },
  ],
  [
    'a recipient who unsubscribed is refused',
    refusal(400, 21610, 'unsubscribed'),
    { kind: 'refused', detail: 'HTTP 400 21610: unsubscribed' },
  ],
  [
    'a wrong token is temporary',
    refusal(401, 20003, 'Authenticate'),
    { kind: 'notTaken', detail: 'HTTP 401 20003: Authenticate' },
  ],
  [
    'a rate limit is temporary',
    refusal(429, 20429, 'Too Many Requests'),
    { kind: 'notTaken', detail: 'HTTP 429 20429: Too Many Requests' },
  ],
  ['a 4xx without an error body is refused', json(400, 'no'), { kind: 'refused', detail: 'HTTP 400' }],
  [
    'a 500 is unknown',
    refusal(500, 20500, 'Internal'),
    { kind: 'unknown', detail: 'HTTP 500 20500: Internal' },
  ],
  ['a 503 is unknown', json(503, {}), { kind: 'unknown', detail: 'HTTP 503' }],
  ['the 408 of a proxy is unknown', json(408, {}), { kind: 'unknown', detail: 'HTTP 408' }],
  ['a redirect is not followed', json(307, {}), { kind: 'unknown', detail: 'HTTP 307' }],
  ['a 201 without a sid is unknown', json(201, {}), { kind: 'unknown', detail: 'HTTP 201 without a sid' }],
] as const)('%s', async (_, answer, result) => {
  twilio.answer = answer;
  expect(await sender().send(SMS)).toEqual(result);
  expect(twilio.requests).toHaveLength(1);
});

it.each<[string, TwilioServer['answer'], number]>([
  ['half an answer', (response) => response.writeHead(201).end('{"sid": "SM0'), 5_000],
  ['a cut connection', (response) => response.destroy(), 5_000],
  [
    'a truncated answer',
    (response) => {
      response.writeHead(201, { 'content-length': '100' });
      response.write('{"sid":', () => response.destroy());
    },
    5_000,
  ],
  ['no answer in time', () => {}, 1_000],
  ['no end of the answer in time', (response) => void response.writeHead(201).write('{'), 1_000],
])('%s is unknown and not retried', async (_, answer, timeoutMs) => {
  twilio.answer = answer;
  expect(await sender(timeoutMs).send(SMS)).toMatchObject({ kind: 'unknown' });
  expect(twilio.requests).toHaveLength(1);
});

it('a request that reached no server can be retried', async () => {
  const gone = await startTwilioServer();
  await gone.close();
  expect(await sender(5_000, gone.url).send(SMS)).toEqual({ kind: 'notTaken', detail: 'ECONNREFUSED' });
  expect(await sender(5_000, gone.url.replace('127.0.0.1', 'localhost')).send(SMS)).toEqual({
    kind: 'notTaken',
    detail: 'ECONNREFUSED',
  });
});

it('never reveals the token', async () => {
  twilio.answer = refusal(401, 20003, 'Authenticate');
  expect(JSON.stringify(await sender().send(SMS))).not.toContain('secret');
});
