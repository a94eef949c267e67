import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { atEnd } from './at-end.ts';
import { allowForRealProcesses } from './patiently.ts';
import { processesOf } from './remove-folder.ts';

/** A test leaves no process, server or folder behind, however it ends. */

allowForRealProcesses();

interface Told {
  places: string[];
  names: string[];
}

/** Runs tests of left-behind/ends-badly.fixture.ts. Returns their reports and the output of vitest. */
async function runVitest(tests: string, signal?: NodeJS.Signals) {
  const { PATH = '', HOME = '', TMPDIR = '/tmp' } = process.env;
  const config = ['--config', 'tests/support/left-behind/vitest.config.ts', '-t', tests];
  const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...config], {
    env: { PATH, HOME, TMPDIR, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  atEnd(() => child.kill('SIGKILL'));
  const told: Told[] = [];
  let printed = '';
  createInterface({ input: child.stdout }).on('line', (line) => {
    printed += `${line}\n`;
    const [, json] = /^told (.*)/.exec(line) ?? [];
    if (json === undefined) return;
    told.push(JSON.parse(json));
    if (signal) child.kill(signal);
  });
  child.stderr.on('data', (chunk) => {
    printed += chunk;
  });
  await once(child, 'close');
  return { told, printed };
}

/** Node 24 and 26 name their process after its main thread. */
const STARTED = ['postgres', expect.stringMatching(/node|MainThread/)];

async function expectNothingLeft({ places, names }: Told): Promise<void> {
  // Only Linux shows which processes belong to a folder.
  if (process.platform === 'linux') expect(names).toEqual(expect.arrayContaining(STARTED));
  for (const place of places) {
    expect(await processesOf(place), place).toEqual([]);
    await expect(lstat(place), place).rejects.toThrow('ENOENT');
  }
}

it('by a test that fails, when the next one begins', async () => {
  const { told, printed } = await runVitest('by itself');
  expect(printed).toMatch(/1 failed.* 1 passed/);
  expect(told).toHaveLength(1);
  for (const one of told) await expectNothingLeft(one);
});

it('by a test that takes too long', async () => {
  const { told, printed } = await runVitest('too late');
  expect(printed).toContain('Test timed out in 100ms');
  expect(told).toHaveLength(1);
  for (const one of told) await expectNothingLeft(one);
});

it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('by tests that are ended by %s', async (signal) => {
  const { told } = await runVitest('is interrupted', signal);
  expect(told).toHaveLength(1);
  // After SIGKILL nothing waits for the sweeper.
  await expect
    .poll(() => Promise.all(told.map(expectNothingLeft)).then(() => true, String), { timeout: 60_000 })
    .toBe(true);
});
