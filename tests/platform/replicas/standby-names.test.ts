import { expect, it } from 'vitest';
import { alwaysWaitedFor } from '../../../src/platform/replicas/standby-names.ts';

it.each([
  ['', []],
  ['a', ['a']],
  ['a, b', ['a']],
  ['*', []],
  ['2 (a, b, c)', ['a', 'b']],
  ['FIRST 1 (a, b)', ['a']],
  ['first 3 (a, b)', ['a', 'b']],
  ['FIRST 2 (a, *)', ['a']],
  ['FIRST 2 (*, a)', []],
  ['ANY 1 (a, b)', []],
  ['ANY 2 (a, b)', ['a', 'b']],
  ['any 2(a,b)', ['a', 'b']],
  ['ANY 1 (*)', []],
  ['ANY 2 (a, *)', []],
  ['"First", b', ['first']],
  ['2 ("a, ""1""", "*", c)', ['a, "1"', '*']],
])('of %j every commit waits for %j', (setting, names) => {
  expect([...alwaysWaitedFor(setting)]).toEqual(names);
});
