import { createEvent } from 'ics';
import { expect, it } from 'vitest';
import { asciiAddressOf } from '../../../src/platform/text/mail-address.ts';

it.each([
  ['Usher <tickets@usher.example>', 'tickets@usher.example'],
  ['tickets@usher.example', 'tickets@usher.example'],
  ['"Usher, <Tickets>" <no-reply+a@usher.example>', 'no-reply+a@usher.example'],
  ['Usher <tickets@bücher.example>', 'tickets@xn--bcher-kva.example'],
  ['<टिकट@usher.example>', 'tickets@usher.example'],
  ['"a b"@usher.example', 'tickets@usher.example'],
  ['tickets@[::1]', 'tickets@usher.invalid'],
  ['tickets@127.0.0.1', 'tickets@127.0.0.1'],
])('%s: %s, which a calendar file takes', (sender, address) => {
  expect(asciiAddressOf(sender)).toBe(address);
  const organizer = { name: 'Usher', email: address };
  expect(createEvent({ start: 0, end: 3_600_000, title: 'Movie', organizer }).error).toBeNull();
});
