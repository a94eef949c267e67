import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onCleanUp } from './clean-up.ts';
import type { LoadOrder, LoadResult } from './load.ts';

export type RunLoad = (order: LoadOrder) => Promise<LoadResult>;

const PROGRAM = fileURLToPath(new URL('./load.process.ts', import.meta.url));

/** Starts the load generator. It runs one order at a time. */
export function startLoadGenerator(): RunLoad {
  const child = fork(PROGRAM, { execArgv: ['--import', 'tsx'] });
  onCleanUp(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit').then(() => {
    throw new Error('the load generator ended');
  });
  ended.catch(() => {});
  return async (order) => {
    child.send(order);
    const [result] = await Promise.race([once(child, 'message'), ended]);
    return result;
  };
}
