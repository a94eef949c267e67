import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** @returns what it printed on its standard output; fails with both outputs. */
export type Podman = (...args: string[]) => Promise<string>;

/** Containers without a daemon; images and containers live in `work` alone. Debian's packages are installed if missing. */
export function installPodman(work: string): Podman {
  if (!existsSync('/usr/bin/podman') || !existsSync('/usr/sbin/runc')) {
    execFileSync('apt-get', ['update', '--quiet'], { stdio: 'ignore' });
    const install = ['install', '--yes', '--quiet', '--no-install-recommends', 'podman', 'runc'];
    execFileSync('apt-get', install, { stdio: 'ignore' });
  }
  const places = [
    '--root',
    join(work, 'images'),
    '--runroot',
    join(work, 'run'),
    '--tmpdir',
    join(work, 'tmp'),
  ];
  // runc, as crun refuses machines that have both versions of cgroups.
  const global = [...places, '--runtime', '/usr/sbin/runc', '--cgroup-manager', 'cgroupfs'];
  const run = promisify(execFile);
  return async (...args) => (await run('podman', [...global, ...args], { maxBuffer: 1 << 26 })).stdout.trim();
}
