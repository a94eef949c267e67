import cors from 'cors';

/**
 * Lets pages of other origins call the API, and answers what their browsers ask beforehand. Tokens come in a header, never
 * as a cookie, so a page has nothing but what it was given.
 */
export function allowOrigins(origins: string[]) {
  return cors({
    origin: origins.includes('*') ? '*' : origins,
    methods: ['GET', 'POST'],
    allowedHeaders: ['authorization', 'content-type', 'apollo-require-preflight', 'traceparent'],
    exposedHeaders: ['x-request-id', 'retry-after', 'www-authenticate'],
    // Seconds; browsers that keep it shorter do so.
    maxAge: 86_400,
  });
}
