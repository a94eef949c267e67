import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { afterEach, beforeEach, expect } from 'vitest';
import { startEmbeddedPostgres } from '../../../src/dev/embedded-postgres/start-embedded-postgres.ts';
import { allowForRealProcesses } from '../../support/patiently.ts';
import { homeOf, homesOf, processesOf } from '../../support/remove-folder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

export interface Report {
  url: string;
  notice: string | null;
  error?: string;
}

interface OwnerOptions {
  clone?: string;
  dataFolder?: string;
  uid?: number;
  gid?: number;
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
  const sandbox = { root: '', dataFolder: '', start, startAndStop, startOwner, home, processes };
  const children = new Set<ChildProcess>();
  allowForRealProcesses();

  beforeEach(async () => {
    sandbox.root = await temporaryFolder('usher-embedded-');
    sandbox.dataFolder = join(sandbox.root, 'postgres');
  });

  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    children.clear();
    expect(await processes(), 'processes left behind').toEqual([]);
  });

  /** Where the database is: the data folder, or where root's database of a private clone has to be. */
  function home(): Promise<string> {
    return homeOf(sandbox.dataFolder);
  }

  /** Ids of the processes of this test's servers. */
  async function processes(): Promise<number[]> {
    const places = [sandbox.root, ...(await homesOf(sandbox.root))];
    return (await Promise.all(places.map((place) => processesOf(place)))).flat().map(({ pid }) => pid);
  }

  function start(flags: string[] = []) {
    return startEmbeddedPostgres({ dataFolder: sandbox.dataFolder, durable: false, flags });
  }

  /** Makes the database; gives its home. */
  async function startAndStop(): Promise<string> {
    const database = await start();
    await database.stop();
    return home();
  }

  /** Starts the database from a process of its own; of another clone, as another user. */
  function startOwner({ clone = '.', dataFolder = sandbox.dataFolder, ...user }: OwnerOptions = {}): Owner {
    const script = 'tests/dev/embedded-postgres/owner.process.ts';
    const node = { execArgv: ['--import', 'tsx'], stdio: 'inherit' as const };
    const child = fork(script, [dataFolder], { ...node, cwd: clone, ...user });
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

export async function postmasterOf(home: string): Promise<number> {
  return Number.parseInt(await readFile(join(home, 'data', 'postmaster.pid'), 'utf8'), 10);
}

/** Kills a process by its id, which must be of a server that this test started. */
export function killHard(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone already
  }
}
