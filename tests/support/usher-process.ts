import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { variables } from '../../src/app/config/variables.ts';
import { atEnd } from './at-end.ts';

/** The program as users start it: `node src/main.ts` and the commands beside it, in processes of their own. */

export interface UsherProcess {
  child: ChildProcess;
  /** Everything printed so far, both streams. */
  output(): string;
  /** Waits for a text in the output; fails with the whole output when the process ends without it. */
  until(text: string | RegExp): Promise<void>;
  /** The exit code, or the name of the signal it died of. */
  exit: Promise<number | NodeJS.Signals | null>;
}

export function runUsher(script: string, args: string[], environment: Record<string, string>): UsherProcess {
  return run(process.execPath, ['--import', 'tsx', script, ...args], environment);
}

/**
 * What `npm run build:server` made, without npm around it: quicker to start, and signals reach it at once.
 *
 * @param folder the one that has dist/
 */
export function runBuiltMain(environment: Record<string, string>, folder = '.'): UsherProcess {
  return run(process.execPath, [join(folder, 'dist/main.js')], environment);
}

/** A command of what `npm run build:server` made, as production runs it. */
export function runBuiltCommand(
  name: string,
  args: string[],
  environment: Record<string, string>,
): UsherProcess {
  return run(process.execPath, [`dist/app/commands/${name}.js`, ...args], environment);
}

/** As the README says it. */
export function runNpmStart(environment: Record<string, string>): UsherProcess {
  return run('npm', ['start'], environment);
}

/** As docs/operations.md says it for production, with what `npm run build:server` made. */
export function runBuilt(environment: Record<string, string>): UsherProcess {
  return run('npm', ['run', '-s', 'start:production'], environment);
}

/** In another folder, whose `.env` it reads. */
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

/** A developer may have a `.env` in the clone: what is set, though empty, is not read from there. */
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
    // A group of its own, so that what npm has started can be ended with it.
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

/** Kills it, and what it has started; nothing happens when it has ended in order. */
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
