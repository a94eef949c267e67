import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A release of Node, from the npm package that holds its program. */
export interface NodeBinary {
  /** Such as v24.22.3. */
  version: string;
  /** The folder to put first in PATH. */
  bin: string;
}

/** Installs the newest release of a range into a folder of its own. */
export async function installNode(range: string, folder: string): Promise<NodeBinary> {
  const home = join(folder, `node ${range}`);
  const name = `node-${process.platform}-${process.arch}`;
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'package.json'), '{ "private": true }');
  await promisify(execFile)('npm', ['install', '--no-save', '--no-package-lock', `${name}@${range}`], {
    cwd: home,
  });
  const bin = join(home, 'node_modules', name, 'bin');
  const { stdout } = await promisify(execFile)(join(bin, 'node'), ['--version']);
  return { version: stdout.trim(), bin };
}
