import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Database } from '../../../src/platform/db/database.ts';
import { keepRows } from '../../../src/platform/db/keep-rows.ts';

const pool = () => ({}) as Database;

/** A reader of rows that exist when their id begins with a letter, and what it was asked for. */
function reader() {
  const asked: string[][] = [];
  const read = async (_db: unknown, { ids }: Record<string, unknown> = {}) => {
    asked.push(ids as string[]);
    return (ids as string[]).filter((id) => /^[a-z]/.test(id)).map((id) => ({ id, asked: asked.length }));
  };
  return { asked, read };
}

it('reads what it does not know, each row once', async () => {
  const { asked, read } = reader();
  const rows = keepRows(read, { max: 10, forMs: 60_000 });
  const db = pool();
  expect([...(await rows(db, ['a', 'b', 'a']))].map(([id]) => id)).toEqual(['a', 'b']);
  expect((await rows(db, ['b', 'c'])).get('b')).toEqual({ id: 'b', asked: 1 });
  await rows(db, ['a', 'b', 'c']);
  expect(asked).toEqual([['a', 'b'], ['c']]);
});

it('reads again what is missing: it may have come', async () => {
  const { asked, read } = reader();
  const rows = keepRows(read, { max: 10, forMs: 60_000 });
  const db = pool();
  expect(await rows(db, ['1'])).toEqual(new Map());
  await rows(db, ['1']);
  expect(asked).toEqual([['1'], ['1']]);
});

it('reads again after the time that it keeps a row', async () => {
  const { read } = reader();
  const rows = keepRows(read, { max: 10, forMs: 5 });
  const db = pool();
  await rows(db, ['a']);
  await wait(20);
  expect((await rows(db, ['a'])).get('a')).toEqual({ id: 'a', asked: 2 });
});

it('gives whole pages also when they are larger than what it keeps', async () => {
  const { read } = reader();
  const rows = keepRows(read, { max: 2, forMs: 0 });
  expect([...(await rows(pool(), ['a', 'b', 'c', 'd'])).keys()]).toEqual(['a', 'b', 'c', 'd']);
});

it('keeps what one pool read from others', async () => {
  const { asked, read } = reader();
  const rows = keepRows(read, { max: 10, forMs: 0 });
  await rows(pool(), ['a']);
  await rows(pool(), ['a']);
  expect(asked).toEqual([['a'], ['a']]);
});
