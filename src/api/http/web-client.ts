import { existsSync } from 'node:fs';
import type { RequestListener, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import send from 'send';
import { UsherError } from '../../platform/errors/usher-error.ts';
import { targetOf } from './request-target.ts';
import { readOnly, respondError } from './respond.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

export interface WebClient {
  /** Whether the path is a page or file of the client. */
  has(path: string): boolean;
  answer: RequestListener;
}

const BUILD = fileURLToPath(new URL('../../../examples/web/dist', import.meta.url));

/** @returns the folder of the built web client; null if it is not built */
export function findWebClient(): string | null {
  return existsSync(join(BUILD, 'index.html')) ? BUILD : null;
}

/** Files whose names contain a hash of their content. */
const HASHED = '/assets/';
const KEPT_FOR_EVER = 'public, max-age=31536000, immutable';

/**
 * Serves a built single-page client. index.html is served at `/` and at `/tickets/ID`.
 *
 * @param folder the build, which may be replaced while it is served
 * @param publicUrl the URL that posters are served below, possibly of another origin than the page
 */
export function serveWebClient(folder: string, publicUrl: string): WebClient {
  const policy = pagePolicy(new URL(publicUrl).origin);
  return {
    has: (path) => isPage(path) || path.startsWith(HASHED),
    answer: (request, response) =>
      readOnly(request, response, () => {
        const { path } = targetOf(request);
        send(request, isPage(path) ? '/index.html' : path, {
          root: folder,
          index: false,
          cacheControl: false,
        })
          .on('headers', () => {
            response.setHeader('content-security-policy', policy);
            // Browsers revalidate the page each time, and get 304 if it has not changed.
            response.setHeader('cache-control', isPage(path) ? 'no-cache' : KEPT_FOR_EVER);
          })
          .on('directory', () => respondMissing(response))
          .on('error', () => respondMissing(response))
          .pipe(response);
      }),
  };
}

/** Resets the headers, so that no cache stores the answer: the next build may contain the file. */
function respondMissing(response: ServerResponse): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.setHeaders(SECURITY_HEADERS);
  respondError(response, 404, new UsherError('NOT_FOUND', { message: 'There is no such file.' }));
}

function isPage(path: string): boolean {
  return path === '/' || /^\/tickets\/[^/]+$/.test(path);
}

/** Allows this origin only, except for images: posters may be anywhere, and QR codes are data: URLs. */
function pagePolicy(posters: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data: https: ${posters}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
