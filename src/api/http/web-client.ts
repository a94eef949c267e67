import type { RequestListener, ServerResponse } from 'node:http';
import send from 'send';
import { UsherError } from '../../platform/errors/usher-error.ts';
import { targetOf } from './request-target.ts';
import { readOnly, respondError } from './respond.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

export interface WebClient {
  /** Whether a path is one of the client's: its pages and its files. */
  has(path: string): boolean;
  answer: RequestListener;
}

/** What the build puts a hash of the content into the names of. */
const HASHED = '/assets/';
const KEPT_FOR_EVER = 'public, max-age=31536000, immutable';

/**
 * Serves a built single-page client. Its pages are `/` and what the client makes of `/tickets/ID`; both are index.html.
 *
 * @param folder of the build, which may be built anew while it is served
 * @param publicUrl where posters are served, when that is not where the page came from
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
            // A page is asked for again each time, and answered with 304 while it is the same.
            response.setHeader('cache-control', isPage(path) ? 'no-cache' : KEPT_FOR_EVER);
          })
          .on('directory', () => respondMissing(response))
          .on('error', () => respondMissing(response))
          .pipe(response);
      }),
  };
}

/** Whatever the reason: nobody is to keep that, and the file may come with the next build. */
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

/** Everything from here; posters may be anywhere, and QR codes are data: URLs. */
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
