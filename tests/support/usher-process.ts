import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { variables } from '../../src/app/config/variables.ts';
import { atEnd } from './at-end.ts';

/** The program as users start it: `node src/main.ts` and the other commands, as separate processes. */

export interface UsherProcess {
  child: ChildProcess;
  /** Everything printed so far on stdout and stderr. */
  output(): string;
  /** Waits for a text in the output. Rejects with the whole output if the process ends without it. */
  until(text: string | RegExp): Promise<void>;
  /** The exit code, or the name of the signal that ended it. */
  exit: Promise<number | NodeJS.Signals | null>;
}

export function runUsher(script: string, args: string[], environment: Record<string, string>): UsherProcess {
  return run(process.execPath, ['--import', 'tsx', script, ...args], environment);
}

/**
 * Starts the result of `npm run build:server` without npm, so that it starts faster and receives signals directly.
 *
 * @param folder the folder that contains dist/
 */
export function runBuiltMain(environment: Record<string, string>, folder = '.'): UsherProcess {
  return run(process.execPath, [join(folder, 'dist/main.js')], environment);
}

/** Runs a command of the result of `npm run build:server`, as in production. */
export function runBuiltCommand(
  name: string,
  args: string[],
  environment: Record<string, string>,
): UsherProcess {
  return run(process.execPath, [`dist/app/commands/${name}.js`, ...args], environment);
}

/** Starts Usher as the README describes. */
export function runNpmStart(environment: Record<string, string>): UsherProcess {
  return run('npm', ['start'], environment);
}

/** Starts the result of `npm run build:server` as docs/operations.md describes for production. */
export function runBuilt(environment: Record<string, string>): UsherProcess {
  return run('npm', ['run', '-s', 'start:production'], environment);
}

/** Starts Usher in another folder, whose `.env` it reads. */
export function runIn(
  folder: string,
  script: string,
  args: string[],
  environment: Record<string, string>,
): UsherProcess {
  const ourTsx = { TSX_TSCONFIG_PATH: resolve('tsconfig.json') };
  const command = ['--import', import.meta.resolve('tsx'), script, ...args];
  return run(process.execPath, command, { ...ourTsx, ...environment }, { cwd: folder, unset: {} });
}

/** Empty values override a `.env` that a developer may have in the clone. */
const UNSET = Object.fromEntries(Object.keys(variables.shape).map((name) => [name, '']));

function run(
  program: string,
  args: string[],
  environment: Record<string, string>,
  { cwd, unset }: { cwd?: string; unset: Record<string, string> } = { unset: UNSET },
): UsherProcess {
  const { PATH = '', HOME = '', TMPDIR = '/tmp' } = process.env;
  const child = spawn(program, args, {
    ...(cwd && { cwd }),
    env: { PATH, HOME, TMPDIR, ...unset, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A separate process group, so that the child processes of npm can be ended too.
    detached: true,
  });
  atEnd(() => end(child));
  let output = '';
  const listeners = new Set<() => void>();
  const hear = (chunk: Buffer) => {
    output += chunk;
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const exit = once(child, 'close').then(([code, signal]) => code ?? signal);
  const has = (text: string | RegExp) =>
    typeof text === 'string' ? output.includes(text) : text.test(output);
  return {
    child,
    output: () => output,
    until: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!has(text)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        void exit.then(() =>
          has(text) ? resolve() : reject(new Error(`ended without "${text}":\n${output}`)),
        );
        look();
      }),
    exit,
  };
}

/** Kills the process and its children, unless it has already ended. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const ended = child.signalCode === null ? once(child, 'exit') : null;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  await ended;
}
