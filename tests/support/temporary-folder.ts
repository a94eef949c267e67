import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from './at-end.ts';
import { removeFolder } from './remove-folder.ts';

/** Creates a folder. At the end of the test or file it is removed, and processes that run in it are ended. */
export async function temporaryFolder(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), name));
  atEnd(() => removeFolder(folder));
  // If root runs this, a database runs as another user, who needs access.
  await chmod(folder, 0o755);
  return folder;
}
