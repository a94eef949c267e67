import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
// Of the driver's inside: our patch mends it.
// @ts-expect-error It has no types.
import createQueue from '../../../node_modules/postgres/src/queue.js';

interface Queue {
  length: number;
  push(item: object): object;
  shift(): object | undefined;
  remove(item: object): object | null;
}

setFlagsFromString('--expose_gc');
const collectGarbage: () => void = runInNewContext('gc');

it('a queue of the driver that is never empty does not grow', () => {
  const queue: Queue = createQueue();
  queue.push({});
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let n = 0; n < 2_000_000; n += 1) {
    queue.push({});
    queue.shift();
  }
  collectGarbage();
  const megabytes = (process.memoryUsage().heapUsed - before) / 2 ** 20;
  expect(queue.length).toBe(1);
  expect(megabytes).toBeLessThan(4);
});

it('it keeps its order, and forgets what is removed', () => {
  const queue: Queue = createQueue();
  const items = Array.from({ length: 500 }, (_, number) => ({ number }));
  const given: object[] = [];
  for (const item of items) {
    queue.push(item);
    if (item.number % 3 === 0) given.push(queue.shift() as object);
    if (item.number % 50 === 40) expect(queue.remove(item)).toBe(item);
  }
  expect(queue.remove(items[0] as object)).toBeNull();
  while (queue.length > 0) given.push(queue.shift() as object);
  expect(given).toEqual(items.filter(({ number }) => number % 50 !== 40));
});
