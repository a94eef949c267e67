import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { PATIENTLY } from '../../support/patiently.ts';
import { postmasterOf, query, until, useSandbox } from './sandbox.ts';

const sandbox = useSandbox();
const ALREADY_RUNNING = /Usher is already running from this folder/;
const OWNERS = `select pid from pg_stat_activity where application_name = 'usher owner'`;

test('a second start is refused while the owner lives, and leaves its server alone', async () => {
  const owner = sandbox.startOwner();
  const { url } = await owner.report;
  await expect(sandbox.start()).rejects.toMatchObject({
    name: 'EmbeddedPostgresError',
    message: expect.stringMatching(ALREADY_RUNNING),
  });
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await owner.stop();
});

test('of three first starts at once one wins, and the others are told so', async () => {
  const owners = [sandbox.startOwner(), sandbox.startOwner(), sandbox.startOwner()];
  const reports = await Promise.all(owners.map((owner) => owner.report));
  const losers = reports.filter((report) => report.error !== undefined);
  expect(losers.map((report) => report.error)).toEqual([
    expect.stringMatching(ALREADY_RUNNING),
    expect.stringMatching(ALREADY_RUNNING),
  ]);
  const winner = reports.findIndex((report) => report.error === undefined);
  expect(await query(reports[winner]?.url ?? '', 'select 1 as one')).toEqual([{ one: 1 }]);
  await owners[winner]?.stop();
});

test('a start while the owner stops waits, and the stop does not touch its server', async () => {
  const first = await sandbox.start();
  await query(first.url, 'create table kept as select 42 as answer');
  // The server cannot end without its checkpointer, so the second start is sure to meet it on its way out.
  const [checkpointer] = await query<{ pid: number }>(
    first.url,
    `select pid from pg_stat_activity where backend_type = 'checkpointer'`,
  );
  if (checkpointer === undefined) throw new Error('no checkpointer');
  process.kill(checkpointer.pid, 'SIGSTOP');
  const stopped = first.stop();
  const starting = sandbox.start();
  const log = join(await sandbox.home(), 'postgres.log');
  await until(async () =>
    (await readFile(log, 'utf8')).includes('FATAL:  the database system is shutting down'),
  );
  process.kill(checkpointer.pid, 'SIGCONT');

  const second = await starting;
  await stopped;
  expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await second.stop();
});

test('the owner survives the loss of its lock, and takes it again', async () => {
  const database = await sandbox.start();
  const [before] = await query<{ pid: number }>(database.url, OWNERS);
  await query(database.url, `select pg_terminate_backend(${before?.pid})`);
  await vi.waitUntil(async () => (await query(database.url, OWNERS)).length > 0, PATIENTLY);
  const rival = sandbox.startOwner();
  expect((await rival.report).error).toMatch(ALREADY_RUNNING);
  await database.stop();
});

test('the owner survives the death of its server, and its stop leaves the next one alone', async () => {
  const first = await sandbox.start();
  process.kill(await postmasterOf(await sandbox.home()), 'SIGKILL');
  const owner = sandbox.startOwner();
  const { url } = await owner.report;
  await first.stop();
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await owner.stop();
});
