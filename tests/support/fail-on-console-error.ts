import { afterEach, beforeEach, expect, vi } from 'vitest';

/** Nothing of ours writes there: what does is a mistake that would otherwise go unnoticed. */
const spies = (['error', 'warn'] as const).map((method) => vi.spyOn(console, method));

beforeEach(() => {
  for (const spy of spies) spy.mockClear();
});

afterEach(() => {
  for (const spy of spies) expect(spy, `console.${spy.getMockName()}`).not.toHaveBeenCalled();
});
