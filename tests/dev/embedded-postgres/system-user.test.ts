import { chmod, chown, lstat, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { homesElsewhere } from '../../../src/dev/embedded-postgres/home-elsewhere.ts';
import { removeEmbeddedPostgres } from '../../../src/dev/embedded-postgres/remove-embedded-postgres.ts';
import { isRoot, NOBODY, reachableClone } from './reachable-clone.ts';
import { query, useSandbox } from './sandbox.ts';

const sandbox = useSandbox();

describe.skipIf(!isRoot)(
  `started by root${isRoot ? '' : ' (skipped: these tests are run by an ordinary user)'}`,
  () => {
    test('the data and the log belong to the system user, the folder stays with root', async () => {
      const database = await sandbox.start();
      const home = await sandbox.home();
      expect((await lstat(home)).uid).toBe(0);
      expect((await lstat(join(home, 'data'))).uid).not.toBe(0);
      expect((await lstat(join(home, 'postgres.log'))).mode & 0o777).toBe(0o600);
      expect(database.notice).toEqual(home === sandbox.dataFolder ? null : expect.stringContaining(home));
      await database.stop();
    });

    test('the database of a private folder lives elsewhere, is found again and removed there', async () => {
      await chmod(sandbox.root, 0o700);
      const [elsewhere = ''] = homesElsewhere(sandbox.dataFolder);
      const first = await sandbox.start();
      expect(first.notice).toContain(elsewhere);
      expect(first.notice).not.toContain('\n');
      await query(first.url, 'create table kept as select 42 as answer');
      await first.stop();

      const second = await sandbox.start();
      expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
      await second.stop();

      await removeEmbeddedPostgres({ dataFolder: sandbox.dataFolder });
      await expect(lstat(elsewhere)).rejects.toThrow('ENOENT');
    });

    test('the orphan of a private folder is stopped and removed', async () => {
      await chmod(sandbox.root, 0o700);
      const owner = sandbox.startOwner();
      expect((await owner.report).error).toBeUndefined();
      await owner.kill();
      await removeEmbeddedPostgres({ dataFolder: sandbox.dataFolder });
      await expect(lstat(homesElsewhere(sandbox.dataFolder)[0] ?? '')).rejects.toThrow('ENOENT');
    });

    test.each([
      ['a link', (path: string) => symlink(sandbox.root, path)],
      ['a file', (path: string) => writeFile(path, '')],
      [
        'a folder of someone else',
        (path: string) => mkdir(path).then(() => chown(path, NOBODY.uid, NOBODY.gid)),
      ],
      ['a folder that everyone may write', (path: string) => mkdir(path).then(() => chmod(path, 0o777))],
    ])('%s in the place of the home elsewhere is refused', async (_, occupy) => {
      await chmod(sandbox.root, 0o700);
      await occupy(homesElsewhere(sandbox.dataFolder)[0] ?? '');
      await expect(sandbox.start()).rejects.toThrow(/is not a folder of ours/);
      await expect(removeEmbeddedPostgres(sandbox)).rejects.toThrow(/is not a folder of ours/);
    });

    test('data of an ordinary user goes on belonging to that user', async () => {
      await mkdir(sandbox.dataFolder);
      await chown(sandbox.dataFolder, NOBODY.uid, NOBODY.gid);
      const clone = await reachableClone();
      const owner = sandbox.startOwner({ clone, ...NOBODY });
      expect((await owner.report).error).toBeUndefined();
      await owner.stop();

      const asRoot = sandbox.startOwner({ clone });
      expect((await asRoot.report).error).toBeUndefined();
      await asRoot.stop();
      const again = sandbox.startOwner({ clone, ...NOBODY });
      expect((await again.report).error).toBeUndefined();
      await again.stop();
      for (const name of await readdir(sandbox.dataFolder)) {
        expect((await lstat(join(sandbox.dataFolder, name))).uid, name).toBe(NOBODY.uid);
      }
    });
  },
);

test('an ordinary user is told when the folder cannot be written', async () => {
  const owner = isRoot ? { clone: await reachableClone(), ...NOBODY } : {};
  await chmod(sandbox.root, 0o555);
  const { error } = await sandbox.startOwner(owner).report;
  await chmod(sandbox.root, 0o755);
  expect(error).toMatch(
    /^EmbeddedPostgresError: Cannot use .*: permission denied \(EACCES\)\. Make .*DATABASE_URL/,
  );
});
