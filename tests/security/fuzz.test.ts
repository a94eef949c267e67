import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { createTestClock } from '../support/test-clock.ts';
import { runFuzz } from './fuzz/run-fuzz.ts';

const NOW = new Date('2024-12-15T12:00:00Z');

let api: TestApi;
beforeEach(async () => {
  const { clock } = createTestClock(NOW);
  api = await startTestApi({ clock, cancelAttemptsPerHour: 1_000_000 });
});
afterEach(() => api.close());

it.each([
  ['a fixed seed', 1],
  ['a new seed', Math.floor(Math.random() * 2 ** 31)],
])(
  'random requests, valid and broken, break nothing: %s, %i',
  async (_words, seed) => {
    const { title, lines, broken } = await runFuzz(api, NOW, { operations: 250, seed });
    expect(broken, [title, ...lines].join('\n')).toEqual([]);
  },
  120_000,
);
