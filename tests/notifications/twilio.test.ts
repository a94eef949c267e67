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

it('posts a form to the account, and takes the sid of what was made', async () => {
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

it.each([
  [
    'a number that is none is refused',
    refusal(400, 21211, "Invalid 'To' Phone Number"),
    { kind: 'refused', detail: "HTTP 400 21211: Invalid 'To' Phone Number" },
  ],
  [
    'somebody who unsubscribed is refused',
    refusal(400, 21610, 'unsubscribed'),
    { kind: 'refused', detail: 'HTTP 400 21610: unsubscribed' },
  ],
  [
    'a wrong token of ours is not the message’s fault',
    refusal(401, 20003, 'Authenticate'),
    { kind: 'notTaken', detail: 'HTTP 401 20003: Authenticate' },
  ],
  [
    'too many requests were not taken',
    refusal(429, 20429, 'Too Many Requests'),
    { kind: 'notTaken', detail: 'HTTP 429 20429: Too Many Requests' },
  ],
  [
    'a 4xx without their error is a 4xx all the same',
    json(400, 'no'),
    { kind: 'refused', detail: 'HTTP 400' },
  ],
  [
    'a 500 may come after the message was taken',
    refusal(500, 20500, 'Internal'),
    { kind: 'unknown', detail: 'HTTP 500 20500: Internal' },
  ],
  ['so may a 503', json(503, {}), { kind: 'unknown', detail: 'HTTP 503' }],
  ['and the 408 of a proxy', json(408, {}), { kind: 'unknown', detail: 'HTTP 408' }],
  ['a redirect is not followed', json(307, {}), { kind: 'unknown', detail: 'HTTP 307' }],
  [
    'a 201 without a sid is not understood',
    json(201, {}),
    { kind: 'unknown', detail: 'HTTP 201 without a sid' },
  ],
] as const)('%s', async (_, answer, result) => {
  twilio.answer = answer;
  expect(await sender().send(SMS)).toEqual(result);
  expect(twilio.requests).toHaveLength(1);
});

it.each<[string, TwilioServer['answer'], number]>([
  ['half an answer', (response) => response.writeHead(201).end('{"sid": "SM0'), 5_000],
  ['a cut connection', (response) => response.destroy(), 5_000],
  [
    'an answer cut in its middle',
    (response) => {
      response.writeHead(201, { 'content-length': '100' });
      response.write('{"sid":', () => response.destroy());
    },
    5_000,
  ],
  ['no answer in time', () => {}, 1_000],
  ['no end of the answer in time', (response) => void response.writeHead(201).write('{'), 1_000],
])('%s leaves it unknown, and is not tried again', async (_, answer, timeoutMs) => {
  twilio.answer = answer;
  expect(await sender(timeoutMs).send(SMS)).toMatchObject({ kind: 'unknown' });
  expect(twilio.requests).toHaveLength(1);
});

it('what never reached anybody was not taken', async () => {
  const gone = await startTwilioServer();
  await gone.close();
  expect(await sender(5_000, gone.url).send(SMS)).toEqual({ kind: 'notTaken', detail: 'ECONNREFUSED' });
  expect(await sender(5_000, gone.url.replace('127.0.0.1', 'localhost')).send(SMS)).toEqual({
    kind: 'notTaken',
    detail: 'ECONNREFUSED',
  });
});

it('never says the token', async () => {
  twilio.answer = refusal(401, 20003, 'Authenticate');
  expect(JSON.stringify(await sender().send(SMS))).not.toContain('secret');
});
