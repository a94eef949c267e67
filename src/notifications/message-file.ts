import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes a message into a folder as "TIME NAME", so that listings are in order of time. A message of the same name
 * replaces the old file and keeps its time. Writes are atomic.
 *
 * @returns the file's name
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
