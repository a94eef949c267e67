import { afterAll, afterEach, beforeEach } from 'vitest';
import { countEnds, endSince } from './at-end.ts';

/** For every file: what a test has started ends with it, and the rest with the file. */
const LIMIT_MS = 120_000;

let before = 0;

beforeEach(() => {
  before = countEnds();
});

// The hooks of a set-up file that come after a test are the last ones.
afterEach(() => endSince(before), LIMIT_MS);
afterAll(() => endSince(0), LIMIT_MS);
