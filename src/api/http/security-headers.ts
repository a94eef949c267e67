/** Headers of every answer. Browsers ignore strict-transport-security in an answer over plain HTTP. */
export const SECURITY_HEADERS = new Map([
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['strict-transport-security', 'max-age=31536000'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  // Bookings are private, so caches must not store them.
  ['cache-control', 'no-store'],
]);

/** The content-security-policy of GraphiQL: inline scripts and styles, and requests to its own origin only. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' blob:",
  "style-src 'unsafe-inline'",
  "img-src 'self' data: https:",
  'font-src data:',
  "connect-src 'self'",
  'worker-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
