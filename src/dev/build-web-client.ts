import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = fileURLToPath(new URL('../../examples/web', import.meta.url));
/** What building writes, or never reads. */
const NOT_SOURCES = /^(dist|node_modules)(\/|$)/;

const BUILD = join(SOURCES, 'dist');

/** @returns the folder of the built web client; null when there is none */
export function findWebClient(): string | null {
  return existsSync(join(BUILD, 'index.html')) ? BUILD : null;
}

/**
 * Builds the web client when its build is missing or older than its sources. Without its tools nothing is built and an
 * older build stays: the API does not need it.
 *
 * @param tell is told, in words for the terminal, when there is something to build
 */
export async function buildWebClient(tell: (line: string) => void): Promise<void> {
  // What cannot be looked at, such as an editor's dangling link, is no reason not to start.
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
  if (findWebClient() === null) return false;
  const builtAt = await changedAt(join(BUILD, 'index.html'));
  const files = (await readdir(SOURCES, { recursive: true })).filter((file) => !NOT_SOURCES.test(file));
  const changes = await Promise.all(files.map((file) => changedAt(join(SOURCES, file))));
  return changes.every((change) => change <= builtAt);
}

/** Milliseconds since 1970; of a folder 0, since building changes those too. */
async function changedAt(path: string): Promise<number> {
  const entry = await stat(path);
  return entry.isDirectory() ? 0 : entry.mtimeMs;
}
