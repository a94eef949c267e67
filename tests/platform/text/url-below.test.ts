import { expect, it } from 'vitest';
import { urlBelow } from '../../../src/platform/text/url-below.ts';
import { posterUrl } from '../../../src/tickets/shows/poster-url.ts';

it.each([
  ['/v1/payments', 'https://api.razorpay.com', 'https://api.razorpay.com/v1/payments'],
  ['/v1/payments', 'https://proxy.example.com/razorpay', 'https://proxy.example.com/razorpay/v1/payments'],
  ['/v1/payments', 'https://proxy.example.com/razorpay/', 'https://proxy.example.com/razorpay/v1/payments'],
  [
    'v1/payments?count=100',
    'https://proxy.example.com/a/b',
    'https://proxy.example.com/a/b/v1/payments?count=100',
  ],
  ['https://cdn.example.com/1.svg', 'https://example.com/usher', 'https://cdn.example.com/1.svg'],
  ['//cdn.example.com/1.svg', 'https://example.com/usher', 'https://cdn.example.com/1.svg'],
])('%s below %s is %s', (path, base, url) => {
  expect(urlBelow(path, base).href).toBe(url);
});

it.each([
  ['/posters/1.svg', 'https://t.example.com/usher/posters/1.svg'],
  [' /posters/1.svg\n', 'https://t.example.com/usher/posters/1.svg'],
  ['posters/1.svg', 'https://t.example.com/usher/posters/1.svg'],
  ['//cdn.example.com/1.svg', 'https://cdn.example.com/1.svg'],
  ['https://cdn.example.com/1.svg', 'https://cdn.example.com/1.svg'],
  ['javascript:alert(1)', null],
])('a poster that is stored as %j is linked below PUBLIC_URL and its path', (stored, url) => {
  expect(posterUrl(stored, 'https://t.example.com/usher')).toBe(url);
  expect(posterUrl(stored, 'https://t.example.com/usher/')).toBe(url);
});
