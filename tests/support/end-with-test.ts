import { afterAll, afterEach, beforeEach } from 'vitest';
import { countEnds, endSince } from './at-end.ts';

/** Set-up of every test file: runs the clean-ups of each test, and at the end those of the file. */
const LIMIT_MS = 120_000;

let before = 0;

beforeEach(() => {
  before = countEnds();
});

// afterEach hooks of a set-up file run last.
afterEach(() => endSince(before), LIMIT_MS);
afterAll(() => endSince(0), LIMIT_MS);
