import { spawn } from 'node:child_process';
import { chown, mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { killHard, postmasterOf, query, until, useSandbox } from './sandbox.ts';

const sandbox = useSandbox();
const KEPT = 'select answer from kept';

async function startOwnerWithRows() {
  const owner = sandbox.startOwner();
  const { url } = await owner.report;
  await query(url, 'create table kept as select 42 as answer');
  return { owner, url };
}

async function leaveACrashedServer() {
  const { owner } = await startOwnerWithRows();
  await owner.kill();
  for (const pid of await sandbox.processes()) killHard(pid);
  await until(async () => (await sandbox.processes()).length === 0);
  return join(await sandbox.home(), 'data', 'postmaster.pid');
}

test('the server of a killed owner is adopted as it runs', async () => {
  const { owner, url } = await startOwnerWithRows();
  await owner.kill();
  const next = await sandbox.start();
  expect(next.url).toBe(url);
  expect(await query(next.url, KEPT)).toEqual([{ answer: 42 }]);
  await next.stop();
});

test('after the death of everything the next start recovers', async () => {
  await leaveACrashedServer();
  const next = await sandbox.start();
  expect(await query(next.url, KEPT)).toEqual([{ answer: 42 }]);
  await next.stop();
});

/** Lets another program have the pid file's number: one of the same user, else PostgreSQL sees through it. */
async function giveNumberAway(pidFile: string) {
  const { uid, gid } = await stat(pidFile);
  const bystander = spawn('sleep', ['600'], { uid, gid, cwd: '/' });
  onTestFinished(() => void bystander.kill());
  const rest = (await readFile(pidFile, 'utf8')).replace(/^.*\n/, '');
  await writeFile(pidFile, `${bystander.pid}\n${rest}`);
  return bystander;
}

test.each([
  ['', false],
  [', even if its number was given to another program', true],
])('after the death of owner and server the backends that are left are outwaited%s', async (_, isReused) => {
  const { owner, url } = await startOwnerWithRows();
  // Computes without looking up, so it notices the death of its server late.
  const busy = query(url, 'select sum(sqrt(i)) from generate_series(1, 30000000) i').catch(() => undefined);
  const isBusy = `select 1 from pg_stat_activity where query like '%sqrt%' and pid <> pg_backend_pid()`;
  await until(async () => (await query(url, isBusy)).length > 0);
  await owner.kill();
  killHard(await postmasterOf(await sandbox.home()));
  if (isReused) await giveNumberAway(join(await sandbox.home(), 'data', 'postmaster.pid'));

  const next = await sandbox.start();
  expect(await query(next.url, KEPT)).toEqual([{ answer: 42 }]);
  // Two servers on the same data would ruin it: the new one must have seen the old backend.
  expect(await readFile(join(await sandbox.home(), 'postgres.log'), 'utf8')).toMatch(/shared memory block/);
  await busy;
  await next.stop();
});

test('a pid file whose number was given to another program does not stop the next start', async () => {
  const bystander = await giveNumberAway(await leaveACrashedServer());
  const next = await sandbox.start();
  expect(await query(next.url, KEPT)).toEqual([{ answer: 42 }]);
  await next.stop();
  expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
});

test('an empty pid file, as a power failure leaves it, does not stop the next start', async () => {
  const pidFile = await leaveACrashedServer();
  await writeFile(pidFile, '');
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(pidFile, longAgo, longAgo);
  const next = await sandbox.start();
  expect(await query(next.url, KEPT)).toEqual([{ answer: 42 }]);
  await next.stop();
});

test('an owner killed while it makes the data leaves nothing broken and nothing behind', async () => {
  const owner = sandbox.startOwner();
  const isAtWork = async () => {
    const home = await sandbox.home();
    const names = await readdir(home).catch(() => []);
    const data = names.find((name) => name.startsWith('data.unfinished'));
    return data !== undefined && (await readdir(join(home, data))).includes('base');
  };
  await until(isAtWork);
  await owner.kill();
  await until(async () => (await sandbox.processes()).length === 0);

  const next = await sandbox.start();
  expect(await query(next.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  // Elsewhere there are PostgreSQL's programs, too.
  const names = (await readdir(await sandbox.home())).filter((name) => !/^postgres-[\d.]+$/.test(name));
  expect(names.sort()).toEqual(['data', 'password', 'postgres.log']);
  await next.stop();
});

test('what a living process is making is not swept away', async () => {
  const home = await sandbox.startAndStop();
  const theirs = `data.unfinished-${process.ppid}`;
  await mkdir(join(home, theirs));
  const database = await sandbox.start();
  expect(await readdir(home)).toContain(theirs);
  await database.stop();
});

test('a log of over 10 MB is begun anew', async () => {
  const log = join(await sandbox.startAndStop(), 'postgres.log');
  const { uid, gid } = await stat(log);
  await writeFile(log, Buffer.alloc(11 * 1024 * 1024));
  await chown(log, uid, gid);
  const second = await sandbox.start();
  expect((await stat(log)).size).toBeLessThan(100_000);
  await second.stop();
});
