import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from './at-end.ts';
import { removeFolder } from './remove-folder.ts';

/** A new folder, which goes with the test or the file, together with what runs there. */
export async function temporaryFolder(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), name));
  atEnd(() => removeFolder(folder));
  // Run by root, a database is another user's, who has to get there.
  await chmod(folder, 0o755);
  return folder;
}
