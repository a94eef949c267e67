import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../../../src/dev/embedded-postgres/start-embedded-postgres.ts';
import { reachableClone } from './reachable-clone.ts';
import { useSandbox } from './sandbox.ts';

const sandbox = useSandbox();

async function messageOf(start: Promise<unknown>): Promise<string> {
  const error = await start.then(
    () => new Error('it started'),
    (refusal: Error) => refusal,
  );
  expect(error.name, error.message).toBe('EmbeddedPostgresError');
  expect(error.message).not.toContain('\n');
  return error.message;
}

test('a file in the way of the folder is named', async () => {
  await writeFile(join(sandbox.root, 'file'), '');
  const start = startEmbeddedPostgres({ dataFolder: join(sandbox.root, 'file', 'postgres') });
  expect(await messageOf(start)).toMatch(/Cannot use .*file.*a part of the path is a file.*ENOTDIR/);
});

test('data of another major version is refused, with the way out', async () => {
  await writeFile(join(await sandbox.startAndStop(), 'data', 'PG_VERSION'), '15\n');
  expect(await messageOf(sandbox.start())).toMatch(
    /made by PostgreSQL 15, .* PostgreSQL 18: run `npm run db:reset`/,
  );
});

test('something else where the data should be is refused', async () => {
  const data = join(await sandbox.startAndStop(), 'data');
  await rm(data, { recursive: true });
  await mkdir(join(data, 'photos'), { recursive: true });
  expect(await messageOf(sandbox.start())).toMatch(/Cannot use .*data for .*something else is in the way/);
});

test('a name that a shell would interpret is refused', async () => {
  const dataFolder = join(sandbox.root, '$(touch owned)');
  // From a private clone root's database would be elsewhere, under a harmless name.
  const { error } = await sandbox.startOwner({ clone: await reachableClone(), dataFolder }).report;
  expect(error).toMatch(/^EmbeddedPostgresError: .*cannot work in a folder whose name has .*rename it/);
});

test('a lost password is reported, and the server that nobody can enter does not stay', async () => {
  await rm(join(await sandbox.startAndStop(), 'password'));
  expect(await messageOf(sandbox.start())).toMatch(/does not accept the password.*npm run db:reset/);
});

test('a server that cannot start gives its own reason', async () => {
  const start = sandbox.start(['-c', 'shared_buffers=nonsense']);
  expect(await messageOf(start)).toMatch(/did not start: FATAL: .*shared_buffers.*postgres\.log/);
});
