import type { ServerResponse } from 'node:http';
import type { Answer } from './answer-demand.ts';
import type { Mangling } from './faults.ts';

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
    case '502':
      send(response, { status: Number(mangling), body: '<html>not now</html>' });
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

function send(response: ServerResponse, answer: Answer): void {
  head(response, answer);
  response.end(answer.body);
}

function head(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
}
