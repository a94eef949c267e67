import { chmod, cp, lstat, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Binaries, relocate } from './find-binaries.ts';
import { deleteAll, sweepUnfinished, unfinished } from './unfinished-work.ts';

/** Copies PostgreSQL's programs (about 60 MB) into a folder, readable by everyone, once per version. */
export async function copyBinaries(binaries: Binaries, folder: string): Promise<Binaries> {
  const target = join(folder, `postgres-${binaries.version}`);
  const isThere = async () => (await stat(target).catch(() => null)) !== null;
  if (!(await isThere())) {
    await sweepUnfinished(folder);
    const copy = unfinished(target);
    try {
      // Relative links must stay relative, or the copy would point back into the private folder.
      await cp(binaries.native, copy, { recursive: true, verbatimSymlinks: true });
      await openToEveryone(copy);
      await rename(copy, target);
    } catch (error) {
      await deleteAll(copy);
      if (!(await isThere())) throw error; // otherwise another start was faster
    }
  }
  return relocate(binaries, target);
}

async function openToEveryone(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    const found = await lstat(path);
    if (found.isSymbolicLink()) continue;
    await chmod(path, found.isDirectory() || (found.mode & 0o100) !== 0 ? 0o755 : 0o644);
  }
}
