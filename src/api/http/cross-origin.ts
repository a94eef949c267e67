import type { IncomingMessage, ServerResponse } from 'node:http';
import cors from 'cors';

/**
 * Lets pages of other origins call the API (CORS), and answers their preflight requests. Tokens are sent in a header,
 * never in a cookie, so a page can use only a token that it was given.
 */
export function allowOrigins(origins: string[]) {
  const answer = cors({
    origin: origins.includes('*') ? '*' : origins,
    methods: ['GET', 'POST'],
    allowedHeaders: ['authorization', 'content-type', 'apollo-require-preflight', 'traceparent'],
    exposedHeaders: ['x-request-id', 'retry-after', 'www-authenticate'],
    // Seconds. Browsers may cache it for less.
    maxAge: 86_400,
  });
  // A request without an Origin header needs no CORS headers.
  return (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    if (request.headers.origin === undefined && request.method !== 'OPTIONS') next();
    else answer(request, response, next);
  };
}
