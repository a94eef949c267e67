import { chmod, lstat, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { homesElsewhere } from '../../src/dev/embedded-postgres/home-elsewhere.ts';

/** SIGQUIT stops a PostgreSQL server immediately, and it releases its shared memory. */
const SERVER_ENDS_WITHIN_MS = 5_000;
const GIVES_UP_AFTER_MS = 60_000;
const PAUSE_MS = 20;
/** Programs that can belong to a folder without naming it in their environment, which run-program.ts leaves empty. */
const SERVER_PROGRAMS = ['postgres', 'initdb', 'pg_ctl', 'pg_basebackup'];

/**
 * Removes a folder, ends every process that belongs to it, and removes databases that root's PostgreSQL stores
 * elsewhere for folders inside it.
 *
 * @param sparedParent a process whose children continue
 */
export async function removeFolder(folder: string, sparedParent?: number): Promise<void> {
  // End the processes first, so that none creates another folder meanwhile.
  await endProcesses(folder, sparedParent);
  for (const place of [...(await homesOf(folder)), folder]) {
    await endProcesses(place, sparedParent);
    // A read-only folder cannot be emptied, not even by its owner.
    for (const inside of await foldersIn(place)) await chmod(inside, 0o700).catch(() => {});
    await rm(place, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * Returns where the database of a data folder is. Root's PostgreSQL stores it elsewhere if it cannot access the folder.
 */
export async function homeOf(dataFolder: string): Promise<string> {
  const [elsewhere] = await existing(homesElsewhere(dataFolder));
  return elsewhere ?? dataFolder;
}

/** Returns where such databases of folders inside a folder are. */
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

/** Returns the processes with a folder in their environment, and the servers that run in it. Only on Linux. */
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
  // PWD is ignored: a shell in the folder does not belong to it.
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

/** Returns '' for a process that has ended or belongs to another user. */
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
