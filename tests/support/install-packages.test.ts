import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { allowForRealProcesses } from './patiently.ts';

allowForRealProcesses();

it('installs packages only if they are missing or have other versions', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'usher packages '));
  onTestFinished(() => rm(folder, { recursive: true }));
  const install = () =>
    execFileSync(process.execPath, ['--import', 'tsx', 'tests/support/install-packages.ts', folder], {
      encoding: 'utf8',
    });
  const said = `Installing the packages of ${folder} (2 at most) ...\n`;
  const version = async () =>
    JSON.parse(await readFile(join(folder, 'node_modules/greeter/package.json'), 'utf8')).version;

  await mkdir(join(folder, 'greeter'));
  await writeFile(join(folder, 'package.json'), '{ "dependencies": { "greeter": "file:greeter" } }');
  await release('1.0.0');
  expect(install()).toBe(said);
  expect(await version()).toBe('1.0.0');
  expect(install()).toBe('');

  await release('1.0.1');
  expect(install()).toBe(said);
  expect(await version()).toBe('1.0.1');

  await rm(join(folder, 'node_modules'), { recursive: true });
  expect(install()).toBe(said);
  expect(install()).toBe('');

  async function release(newVersion: string): Promise<void> {
    const greeter = JSON.stringify({ name: 'greeter', version: newVersion });
    await writeFile(join(folder, 'greeter/package.json'), greeter);
    execFileSync('npm', ['install', '--package-lock-only', '--offline'], { cwd: folder, stdio: 'ignore' });
  }
});
