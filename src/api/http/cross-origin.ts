import type { IncomingMessage, ServerResponse } from 'node:http';
import cors from 'cors';

/**
 * Lets pages of other origins call the API (CORS), and answers their preflight requests. Tokens are sent in a header,
 * never in a cookie, so a page can use only a token that it was given.
 *
 * A page of an allowed origin may send any header: clients and tracing libraries add their own, and Usher ignores those
 * that it does not know.
 *
 * @param origins `*`, origins, or origins such as https://*.example.com, whose `*` stands for one or more subdomains
 */
export function allowOrigins(origins: string[]) {
  const answer = cors({
    origin: origins.includes('*') ? '*' : origins.map(toPattern),
    methods: ['GET', 'POST'],
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

const SUBDOMAINS = '(?:[a-z\\d_-]+\\.)+';

function toPattern(origin: string): string | RegExp {
  const [before, after] = origin.split('*.');
  if (before === undefined || after === undefined) return origin;
  return new RegExp(`^${literally(before)}${SUBDOMAINS}${literally(after)}$`);
}

function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
