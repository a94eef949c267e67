import type { IncomingMessage, ServerResponse } from 'node:http';
import cors from 'cors';

/**
 * Lets pages of other origins call the API, and answers what their browsers ask beforehand. Tokens come in a header, never
 * as a cookie, so a page has nothing but what it was given.
 */
export function allowOrigins(origins: string[]) {
  const answer = cors({
    origin: origins.includes('*') ? '*' : origins,
    methods: ['GET', 'POST'],
    allowedHeaders: ['authorization', 'content-type', 'apollo-require-preflight', 'traceparent'],
    exposedHeaders: ['x-request-id', 'retry-after', 'www-authenticate'],
    // Seconds; browsers that keep it shorter do so.
    maxAge: 86_400,
  });
  // What comes without an origin comes from no page of another one, and there is nothing to say.
  return (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    if (request.headers.origin === undefined && request.method !== 'OPTIONS') next();
    else answer(request, response, next);
  };
}
