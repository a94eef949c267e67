import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes a message into a folder as "TIME NAME", so that a listing is in order of time; a message of the same name is
 * overwritten where it is. Nobody ever sees half a file. Returns the file's name.
 */
export async function writeMessageFile(
  folder: string,
  name: string,
  content: string | Buffer,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const safe = name.replace(/[^\w.+-]+/g, '-');
  const earlier = (await readdir(folder)).find((file) => file.endsWith(` ${safe}`));
  const file = earlier ?? `${new Date().toISOString().replaceAll(':', '-')} ${safe}`;
  const unfinished = join(folder, `.${randomUUID()}`);
  await writeFile(unfinished, content);
  await rename(unfinished, join(folder, file));
  return file;
}
