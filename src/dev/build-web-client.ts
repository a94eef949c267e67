import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findWebClient } from '../api/http/web-client.ts';

const SOURCES = fileURLToPath(new URL('../../examples/web', import.meta.url));
/** Paths below examples/web that the build writes, or does not read. */
const NOT_SOURCES = /^(dist|node_modules)(\/|$)/;

/**
 * Builds the web client if its build is missing or older than its sources. A failed build is only reported, and an
 * older build stays: the API does not need it.
 *
 * @param tell receives a line for the terminal
 */
export async function buildWebClient(tell: (line: string) => void): Promise<void> {
  // A file that cannot be read, such as an editor's dangling link, must not prevent the start.
  if (!existsSync(SOURCES) || (await isFresh().catch(() => false))) return;
  tell('Building the web client ...');
  const build = spawn('npm', ['run', '-s', 'build'], { cwd: SOURCES, stdio: 'ignore' });
  const code = await once(build, 'close').then(
    ([exitCode]) => exitCode,
    () => null,
  );
  if (code !== 0) tell('The web client could not be built; `npm run build` says why. All else works.');
}

async function isFresh(): Promise<boolean> {
  const build = findWebClient();
  if (build === null) return false;
  const builtAt = await changedAt(join(build, 'index.html'));
  const files = (await readdir(SOURCES, { recursive: true })).filter((file) => !NOT_SOURCES.test(file));
  const changes = await Promise.all(files.map((file) => changedAt(join(SOURCES, file))));
  return changes.every((change) => change <= builtAt);
}

/** The mtime in milliseconds since 1970. 0 for a folder, since the build changes folders too. */
async function changedAt(path: string): Promise<number> {
  const entry = await stat(path);
  return entry.isDirectory() ? 0 : entry.mtimeMs;
}
