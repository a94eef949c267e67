import { afterEach, beforeEach, expect, vi } from 'vitest';

/** Fails a test that writes to console.error or console.warn. Our code never does. */
const spies = (['error', 'warn'] as const).map((method) => vi.spyOn(console, method));

beforeEach(() => {
  for (const spy of spies) spy.mockClear();
});

afterEach(() => {
  for (const spy of spies) expect(spy, `console.${spy.getMockName()}`).not.toHaveBeenCalled();
});
