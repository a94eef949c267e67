/** What no answer of ours goes without. Browsers ignore the demand for TLS in an answer that came without it. */
export const SECURITY_HEADERS = new Map([
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['strict-transport-security', 'max-age=31536000'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  // Bookings are nobody's but the viewer's: no cache on the way may keep them.
  ['cache-control', 'no-store'],
]);

/** For GraphiQL, whose scripts and styles stand in the page: it talks to its own origin only. */
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
