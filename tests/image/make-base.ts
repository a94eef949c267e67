import { execFileSync } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What Node needs of Debian, and a shell for npm. */
const PACKAGES = ['libc6', 'libstdc++6', 'libgcc-s1', 'busybox-static'];
const NODE_MAJOR = 24;

/**
 * Fills a folder with the files of a base image: Node with npm on Debian's glibc. It takes the place of the Node image
 * where no registry of images can be reached, and is made of what apt-get and npm bring.
 */
export async function makeBase(root: string, work: string): Promise<void> {
  const inWork = { cwd: work, stdio: ['ignore', 'ignore', 'inherit'] as ['ignore', 'ignore', 'inherit'] };
  await mkdir(root, { recursive: true });
  execFileSync('apt-get', ['download', '--quiet', ...PACKAGES], inWork);
  execFileSync('sh', ['-c', `for file in *.deb; do dpkg-deb --extract "$file" "${root}"; done`], inWork);
  for (const folder of ['proc', 'sys', 'dev', 'tmp', 'root', 'sbin', 'etc/ssl/certs', 'usr/bin', 'usr/sbin'])
    await mkdir(join(root, folder), { recursive: true });
  execFileSync('chroot', [root, '/bin/busybox', '--install', '-s'], inWork);
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');

  const nodePackage = `node-linux-${process.arch}`;
  execFileSync('npm', ['install', '--prefix', '.', `${nodePackage}@${NODE_MAJOR}`], inWork);
  const local = join(root, 'usr/local');
  await mkdir(join(local, 'bin'), { recursive: true });
  await cp(join(work, 'node_modules', nodePackage, 'bin/node'), join(local, 'bin/node'));
  const ask = (...args: string[]) => execFileSync('npm', args, { encoding: 'utf8' }).trim();
  await cp(join(ask('root', '--global'), 'npm'), join(local, 'lib/node_modules/npm'), { recursive: true });
  for (const name of ['npm', 'npx'])
    execFileSync('ln', ['-s', `../lib/node_modules/npm/bin/${name}-cli.js`, join(local, 'bin', name)]);

  // The same registry as here, trusted by the same certificates.
  const certificates = '/etc/ssl/certs/ca-certificates.crt';
  await cp(certificates, join(root, certificates));
  await mkdir(join(local, 'etc'));
  const settings = `registry=${ask('config', 'get', 'registry')}\ncafile=${certificates}\nupdate-notifier=false\n`;
  await writeFile(join(local, 'etc/npmrc'), settings);
}
