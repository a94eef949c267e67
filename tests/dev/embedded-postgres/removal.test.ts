import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeEmbeddedPostgres } from '../../../src/dev/embedded-postgres/remove-embedded-postgres.ts';
import { query, useSandbox } from './sandbox.ts';

const sandbox = useSandbox();

async function isThere(): Promise<boolean> {
  const places = [sandbox.dataFolder, await sandbox.home()];
  return (await Promise.all(places.map((place) => stat(place).then(Boolean, () => false)))).includes(true);
}

test('a removed database is gone, and the next start makes an empty one', async () => {
  const first = await sandbox.start();
  await query(first.url, 'create table kept as select 42 as answer');
  await first.stop();
  await removeEmbeddedPostgres(sandbox);
  expect(await isThere()).toBe(false);

  const second = await sandbox.start();
  expect(await query(second.url, `select to_regclass('kept') as kept`)).toEqual([{ kept: null }]);
  await second.stop();
});

test('removing what is not there does nothing', async () => {
  await removeEmbeddedPostgres(sandbox);
  expect(await isThere()).toBe(false);
});

test('a database in use is not removed', async () => {
  const owner = sandbox.startOwner();
  const { url } = await owner.report;
  await expect(removeEmbeddedPostgres(sandbox)).rejects.toThrow(/Usher is already running from this folder/);
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await owner.stop();
});

test('the server of a killed owner is stopped and its data removed', async () => {
  const owner = sandbox.startOwner();
  const { url } = await owner.report;
  await owner.kill();
  await removeEmbeddedPostgres(sandbox);
  expect(await isThere()).toBe(false);
  await expect(query(url, 'select 1')).rejects.toThrow('ECONNREFUSED');
});

test('data whose password is lost is removed', async () => {
  await writeFile(join(await sandbox.startAndStop(), 'password'), 'other');
  await removeEmbeddedPostgres(sandbox);
  expect(await isThere()).toBe(false);
});

test('files of others in the folder stay', async () => {
  await sandbox.startAndStop();
  await writeFile(join(sandbox.dataFolder, 'notes.txt'), '');
  await removeEmbeddedPostgres(sandbox);
  expect(await readdir(sandbox.dataFolder)).toEqual(['notes.txt']);
});
