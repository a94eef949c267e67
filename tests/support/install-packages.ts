import { execFileSync } from 'node:child_process';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * node --import tsx tests/support/install-packages.ts FOLDER ...: runs `npm ci` in folders with their own packages,
 * unless exactly these are installed. The root's `npm ci` omits them, because most people never need them.
 */
for (const folder of process.argv.slice(2)) await installPackages(folder);

async function installPackages(folder: string): Promise<void> {
  const lock = join(folder, 'package-lock.json');
  // A copy of the lock file: npm's own record omits packages of other platforms. `npm ci` removes the copy first.
  const installedLock = join(folder, 'node_modules/.installed-package-lock.json');
  const wanted = await readFile(lock, 'utf8');
  const installed = await readFile(installedLock, 'utf8').catch(() => null);
  if (installed === wanted) return;
  const { packages } = JSON.parse(wanted) as { packages: object };
  const most = Object.keys(packages).length - 1;
  process.stdout.write(`Installing the packages of ${folder} (${most} at most) ...\n`);
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await copyFile(lock, installedLock);
}
