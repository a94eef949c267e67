import type { IncomingMessage, ServerResponse } from 'node:http';
import { respond } from './respond.ts';

/** Answers requests that read with `answer`, all others with 405. */
export function readOnly({ method }: IncomingMessage, response: ServerResponse, answer: () => void): void {
  if (method === 'GET' || method === 'HEAD') answer();
  else respond(response, 405, 'text/plain', 'GET only', { allow: 'GET, HEAD' });
}
