import { chmod, lstat, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { homesElsewhere } from '../../src/dev/embedded-postgres/home-elsewhere.ts';

/** A server that is told so by SIGQUIT ends at once, and gives its shared memory back. */
const SERVER_ENDS_WITHIN_MS = 5_000;
const GIVES_UP_AFTER_MS = 60_000;
const PAUSE_MS = 20;
/** What may work for a folder without its name in the environment: src/dev/embedded-postgres/run-program.ts leaves that empty. */
const SERVER_PROGRAMS = ['postgres', 'initdb', 'pg_ctl', 'pg_basebackup'];

/**
 * Removes a folder, the databases that root's PostgreSQL has elsewhere for folders inside it, and every process that
 * belongs there.
 *
 * @param sparedParent whose children go on
 */
export async function removeFolder(folder: string, sparedParent?: number): Promise<void> {
  // First, so that nobody makes another home meanwhile.
  await endProcesses(folder, sparedParent);
  for (const place of [...(await homesOf(folder)), folder]) {
    await endProcesses(place, sparedParent);
    // A folder that nobody may write to cannot be emptied, by its owner neither.
    for (const inside of await foldersIn(place)) await chmod(inside, 0o700).catch(() => {});
    await rm(place, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Where the database of a data folder is: there, unless root's PostgreSQL cannot reach that or its own programs. */
export async function homeOf(dataFolder: string): Promise<string> {
  const [elsewhere] = await existing(homesElsewhere(dataFolder));
  return elsewhere ?? dataFolder;
}

/** Where databases of folders inside a folder are instead. */
export async function homesOf(folder: string): Promise<string[]> {
  return existing((await foldersIn(folder)).flatMap(homesElsewhere));
}

async function existing(paths: string[]): Promise<string[]> {
  const isThere = await Promise.all(paths.map((path) => lstat(path).then(Boolean, () => false)));
  return paths.filter((_, index) => isThere[index]);
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const inside = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  return [folder, ...(await Promise.all(inside.map(foldersIn))).flat()];
}

async function endProcesses(folder: string, sparedParent?: number): Promise<void> {
  const started = Date.now();
  for (;;) {
    const left = await processesOf(folder, sparedParent);
    if (left.length === 0) return;
    if (Date.now() - started > GIVES_UP_AFTER_MS)
      throw new Error(`processes do not end: ${JSON.stringify(left)}`);
    const isPatient = Date.now() - started < SERVER_ENDS_WITHIN_MS;
    for (const { pid, name } of left) signal(pid, name === 'postgres' && isPatient ? 'SIGQUIT' : 'SIGKILL');
    await sleep(PAUSE_MS);
  }
}

interface RunningProcess {
  pid: number;
  name: string;
}

/** The processes that have a folder in their environment, and the servers that work there. Only on Linux. */
export async function processesOf(folder: string, sparedParent?: number): Promise<RunningProcess[]> {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0 && pid !== process.pid);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [, name = '', state, parent] = /^\d+ \((.*)\) (\S) (\d+)/.exec(await read(pid, 'stat')) ?? [];
      if (state === undefined || 'ZX'.includes(state) || Number(parent) === sparedParent) return [];
      const belongs = (await hasInEnvironment(pid, folder)) || (await isServerOf(pid, name, folder));
      return belongs ? [{ pid, name }] : [];
    }),
  );
  return found.flat();
}

async function hasInEnvironment(pid: number, folder: string): Promise<boolean> {
  // Where somebody is who looks into the folder says nothing.
  const variables = (await read(pid, 'environ')).split('\0').filter((one) => !/^(OLD)?PWD=/.test(one));
  return variables.some((one) => mentions(one, folder));
}

async function isServerOf(pid: number, name: string, folder: string): Promise<boolean> {
  if (!SERVER_PROGRAMS.includes(name)) return false;
  const at = await readlink(`/proc/${pid}/cwd`).catch(() => '');
  return mentions(at, folder) || mentions(await read(pid, 'cmdline'), folder);
}

function mentions(text: string, folder: string): boolean {
  const at = text.indexOf(folder);
  return at >= 0 && !/[\w-]/.test(text.charAt(at + folder.length));
}

/** A process may end while one looks at it, or be another user's. */
function read(pid: number, file: string): Promise<string> {
  return readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
