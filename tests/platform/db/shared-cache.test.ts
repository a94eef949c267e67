import { setTimeout as wait } from 'node:timers/promises';
import DataLoader from 'dataloader';
import { expect, it } from 'vitest';
import type { Database } from '../../../src/platform/db/database.ts';
import { loadEach, oneOfEach } from '../../../src/platform/db/rows-by-key.ts';
import { sharedCache } from '../../../src/platform/db/shared-cache.ts';

const pool = () => ({}) as Database;

interface Row {
  id: string;
  read: number;
}

/** Loaders of rows that exist when their id begins with a letter, and the ids that were read. */
function loaders(options: { max: number; ttl: number }) {
  const read: string[][] = [];
  const cache = sharedCache<Row>(options);
  let answer: Promise<void> = Promise.resolve();
  const batch = async (ids: readonly string[]) => {
    read.push([...ids]);
    const rows = ids.filter((id) => /^[a-z]/.test(id)).map((id) => ({ id, read: read.length }));
    await answer;
    return oneOfEach(ids, rows, ({ id }) => id);
  };
  return {
    read,
    /** As a request makes it. */
    ofRequest: (db: Database) => new DataLoader<string, Row | null>(batch, { cacheMap: cache(db) }),
    answerWith: (next: Promise<void>) => {
      answer = next;
    },
  };
}

it('reads each row once, whichever request asks for it', async () => {
  const { read, ofRequest } = loaders({ max: 10, ttl: 60_000 });
  const db = pool();
  expect([...(await loadEach(['a', 'b', 'a'], ofRequest(db)))].map(([id]) => id)).toEqual(['a', 'b']);
  expect((await loadEach(['b', 'c'], ofRequest(db))).get('b')).toEqual({ id: 'b', read: 1 });
  await loadEach(['a', 'b', 'c'], ofRequest(db));
  expect(read).toEqual([['a', 'b'], ['c']]);
});

it('reads a missing row again', async () => {
  const { read, ofRequest } = loaders({ max: 10, ttl: 60_000 });
  const loader = ofRequest(pool());
  expect(await loader.load('1')).toBeNull();
  await loader.load('1');
  expect(read).toEqual([['1'], ['1']]);
});

it('reads a row again after a failure', async () => {
  const { read, ofRequest, answerWith } = loaders({ max: 10, ttl: 60_000 });
  const loader = ofRequest(pool());
  answerWith(Promise.reject(new Error('away')));
  await expect(loader.load('a')).rejects.toThrow('away');
  answerWith(Promise.resolve());
  expect(await loader.load('a')).toEqual({ id: 'a', read: 2 });
  expect(read).toEqual([['a'], ['a']]);
});

it('lets no request wait for the read of another one', async () => {
  const { ofRequest, answerWith } = loaders({ max: 10, ttl: 60_000 });
  const db = pool();
  answerWith(new Promise(() => {}));
  void ofRequest(db).load('a');
  await wait(1);
  answerWith(Promise.resolve());
  expect(await ofRequest(db).load('a')).toEqual({ id: 'a', read: 2 });
});

it('reads a row again after its time to live', async () => {
  const { ofRequest } = loaders({ max: 10, ttl: 5 });
  const loader = ofRequest(pool());
  await loader.load('a');
  await wait(20);
  expect(await loader.load('a')).toEqual({ id: 'a', read: 2 });
});

it('returns whole pages also when they are larger than the cache', async () => {
  const { ofRequest } = loaders({ max: 2, ttl: 0 });
  const rows = await loadEach(['a', 'b', 'c', 'd'], ofRequest(pool()));
  expect([...rows.values()].map((row) => row?.id)).toEqual(['a', 'b', 'c', 'd']);
});

it('shares nothing between pools', async () => {
  const { read, ofRequest } = loaders({ max: 10, ttl: 0 });
  await ofRequest(pool()).load('a');
  await ofRequest(pool()).load('a');
  expect(read).toEqual([['a'], ['a']]);
});
