import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { homesElsewhere } from '../../src/embedded/home-elsewhere.ts';
import { startEmbeddedPostgres } from '../../src/embedded/start-embedded-postgres.ts';

export const isRoot = process.getuid?.() === 0;

export interface Report {
  url: string;
  notice: string | null;
  error?: string;
}

export interface Owner {
  pid: number;
  /** what it said when it had started, or failed to */
  report: Promise<Report>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/** A folder for each test, reachable by every user; a server left running in it fails the test. */
export function useSandbox() {
  const sandbox = { root: '', dataFolder: '', startOwner, start };
  const children = new Set<ChildProcess>();
  vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

  beforeEach(async () => {
    sandbox.root = await mkdtemp(join(tmpdir(), 'usher-embedded-'));
    await chmod(sandbox.root, 0o755);
    sandbox.dataFolder = join(sandbox.root, 'postgres');
  });

  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    children.clear();
    const places = [sandbox.root, ...homesElsewhere(sandbox.dataFolder)];
    const left = await processesIn(places);
    for (const pid of left) killHard(pid);
    await until(async () => (await processesIn(places)).length === 0);
    for (const place of places) await rm(place, { recursive: true, force: true, maxRetries: 5 });
    expect(left, 'processes left behind').toEqual([]);
  });

  function start(flags: string[] = []) {
    return startEmbeddedPostgres({ dataFolder: sandbox.dataFolder, durable: false, flags });
  }

  /** Starts the database from a process of its own, as another user when one is given. */
  function startOwner(user?: { uid: number; gid: number }, dataFolder = sandbox.dataFolder): Owner {
    const script = new URL('./owner.process.ts', import.meta.url);
    const child = fork(script, [dataFolder], { execArgv: ['--import', 'tsx'], stdio: 'inherit', ...user });
    children.add(child);
    const gone = once(child, 'exit');
    const report = new Promise<Report>((resolve) => {
      child.once('message', (message) => resolve(message as Report));
      child.once('exit', () => resolve({ url: '', notice: null, error: 'ended without a word' }));
    });
    return {
      pid: child.pid ?? 0,
      report,
      stop: async () => {
        child.send('stop');
        await gone;
      },
      kill: async () => {
        child.kill('SIGKILL');
        await gone;
      },
    };
  }

  return sandbox;
}

/** Runs one query on a connection of its own. */
export async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return [...(await sql.unsafe<Row[]>(text))];
  } finally {
    await sql.end({ timeout: 1 });
  }
}

export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(10);
}

export async function postmasterOf(dataFolder: string): Promise<number> {
  return Number.parseInt(await readFile(join(dataFolder, 'data', 'postmaster.pid'), 'utf8'), 10);
}

/** Kills a process by its id, which must be of a server that this test started. */
export function killHard(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone already
  }
}

/** Ids of the processes that work in these folders, as every process of a server does in its data folder. */
export async function processesIn(folders: string[]): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const folderOf = (pid: number) => readlink(`/proc/${pid}/cwd`).catch(() => '');
  const theirs = await Promise.all(pids.map(async (pid) => ({ pid, folder: await folderOf(pid) })));
  return theirs
    .filter(({ folder }) => folders.some((root) => folder.startsWith(`${root}/`)))
    .map(({ pid }) => pid);
}
