import type { ServerResponse } from 'node:http';
import type { Mangling } from './faults.ts';
import { type Answer, refuse } from './razorpay-answer.ts';

/** Sends an answer, or a fault in its place. */
export function sendAnswer(response: ServerResponse, answer: Answer, mangling: Mangling | null): void {
  switch (mangling) {
    case null:
      send(response, answer);
      return;
    case 'timeout':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case '409':
    case '429':
    case '500':
      send(response, refuse({ description: TROUBLES[mangling] }, Number(mangling)));
      return;
    // From a proxy of the provider.
    case '502':
      send(response, { status: 502, body: '<html>not now</html>' }, 'text/html');
      return;
    case 'malformed':
      send(response, { ...answer, body: `${answer.body.slice(0, -1)},` });
      return;
    case 'half':
      head(response, answer);
      response.write(answer.body.slice(0, answer.body.length / 2), () => response.socket?.destroy());
      return;
    case 'wrong-amount':
      send(response, { ...answer, body: answer.body.replaceAll(/"amount":(\d+)/g, '"amount":1$1') });
      return;
    case 'wrong-payment':
      send(response, { ...answer, body: answer.body.replaceAll('"pay_', '"pay_of_another_') });
  }
}

/** In Razorpay's words. */
const TROUBLES = {
  '409': 'Another request with the same idempotency key is still in progress.',
  '429': 'Request rate exceeded',
  '500': 'We are facing some trouble completing your request at the moment. Please try again shortly.',
};

function send(response: ServerResponse, answer: Answer, type?: string): void {
  head(response, answer, type);
  response.end(answer.body);
}

function head(response: ServerResponse, { status, body }: Answer, type = 'application/json'): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
  });
}
