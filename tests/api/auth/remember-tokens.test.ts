import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { rememberTokens } from '../../../src/api/auth/remember-tokens.ts';

let asked: string[];
let lifetimeMs: number;
let isForged: boolean;
const verify = async (token: string) => {
  asked.push(token);
  if (isForged) throw new Error('forged');
  return { viewer: { id: `user-of-${token}` }, expiresAt: Date.now() + lifetimeMs };
};
const viewerOf = rememberTokens(verify, 60_000);

let time = 0;
/** Each test has tokens of its own. */
const tokenOf = (test: number, name: string) => `${test}-${name}`;
let test = 0;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout'], now: 1_700_000_000_000 + time });
  time += 1_000_000;
  test += 1;
  asked = [];
  lifetimeMs = 3_600_000;
  isForged = false;
});
afterEach(() => {
  vi.useRealTimers();
});

it('a token that comes again is not verified again', async () => {
  const token = tokenOf(test, 'a');
  expect(await viewerOf(token)).toEqual({ id: `user-of-${token}` });
  expect(await viewerOf(token)).toEqual({ id: `user-of-${token}` });
  expect(asked).toEqual([token]);
});

it('each token has its own viewer', async () => {
  const [one, other] = [tokenOf(test, 'one'), tokenOf(test, 'other')];
  expect(await viewerOf(one)).not.toEqual(await viewerOf(other));
});

it('a token is verified anew after the time given: its key may be gone', async () => {
  const token = tokenOf(test, 'a');
  await viewerOf(token);
  vi.advanceTimersByTime(61_000);
  await viewerOf(token);
  expect(asked).toEqual([token, token]);
});

it.each([
  ['for a minute', viewerOf],
  ['for ever', rememberTokens(verify, Number.POSITIVE_INFINITY)],
])('a token remembered %s is verified anew from the moment that it expires', async (_, viewerOf) => {
  lifetimeMs = 10_000;
  const token = tokenOf(test, 'a');
  await viewerOf(token);
  vi.advanceTimersByTime(9_999);
  await viewerOf(token);
  expect(asked).toEqual([token]);
  vi.advanceTimersByTime(1);
  await viewerOf(token);
  expect(asked).toEqual([token, token]);
});

it('one that expires while the process sleeps is verified anew: the clock of the process may stand still', async () => {
  lifetimeMs = 10_000;
  const token = tokenOf(test, 'a');
  await viewerOf(token);
  vi.setSystemTime(Date.now() + 10_000);
  await viewerOf(token);
  expect(asked).toEqual([token, token]);
});

it('a token that was refused is not remembered', async () => {
  isForged = true;
  const token = tokenOf(test, 'a');
  await expect(viewerOf(token)).rejects.toThrow('forged');
  isForged = false;
  expect(await viewerOf(token)).toEqual({ id: `user-of-${token}` });
});

it('of many long tokens only those that came last are remembered', async () => {
  const tokens = Array.from({ length: 1_500 }, (_, n) => tokenOf(test, `${n}-`.padEnd(8_000, 'x')));
  for (const token of tokens) await viewerOf(token);
  const [first = ''] = tokens;
  const last = tokens.at(-1) ?? '';
  asked = [];
  await viewerOf(last);
  await viewerOf(first);
  expect(asked).toEqual([first]);
});
