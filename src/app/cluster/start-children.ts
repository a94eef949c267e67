import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { Logger } from 'pino';
import { OperatorError } from '../../platform/errors/operator-error.ts';
import type { Order, Ready, Report, Settings } from './messages.ts';

/** The API processes of a cluster. */
export interface Children {
  /** Resolves with their origin once all have bound the port. Rejects if one exits before. */
  listening: Promise<string>;
  /** Makes all of them answer requests. Rejects if one exits before; after that, one that exits is replaced. */
  serve(settings: Settings): Promise<Ready>;
  /** Makes them finish their requests and exit. Kills those that have not exited after this many milliseconds. */
  stop(killAfterMs: number): Promise<void>;
}

interface ChildrenOptions {
  count: number;
  log: Logger;
  /** Called with each process that has started to answer requests. */
  onReady(child: Worker): void;
}

/** An API process did not start. The message is the one that the process reported. */
export class ChildError extends OperatorError {}

/** A process that ran this long started well, so its exit counts as the first failure. */
const HEALTHY_AFTER_MS = 60_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 30_000;

/** Starts processes that run this same program. node:cluster makes them share one port. */
export function startChildren({ count, log, onReady }: ChildrenOptions): Children {
  const children = new Set<Worker>();
  const pauses = new Set<NodeJS.Timeout>();
  const listening = promiseOfAll<string>(count);
  const ready = promiseOfAll<Ready>(count);
  let settings: Settings | null = null;
  let isUp = false;
  let isStopping = false;

  function start(failures = 0) {
    const child = cluster.fork();
    const startedAt = performance.now();
    let why: string | null = null;
    children.add(child);
    child.on('message', (report: Report) => {
      switch (report.tell) {
        case 'hearing':
          send(child, firstOrder());
          return;
        case 'listening':
          listening.resolveOne(report.origin);
          return;
        case 'ready':
          onReady(child);
          ready.resolveOne(report.ready);
          return;
        case 'failed':
          ({ why } = report);
      }
    });
    child.once('exit', (code, signal) =>
      end(why ?? `An API process ended by itself (${signal ?? `exit code ${code}`}).`),
    );
    child.on('error', (error) => {
      // The process could not be forked, so there will be no `exit` event.
      if (child.process.pid === undefined) end(`An API process could not be started (${error.message}).`);
    });

    function end(reason: string): void {
      children.delete(child);
      if (isStopping) return;
      if (!isUp) {
        for (const { reject } of [listening, ready]) reject(new ChildError(reason));
        return;
      }
      const lived = performance.now() - startedAt;
      startAgain(lived > HEALTHY_AFTER_MS ? 0 : failures, { pid: child.process.pid, why: reason });
    }
  }

  function firstOrder(): Order {
    if (isStopping) return { tell: 'stop' };
    return settings ? { tell: 'serve', settings } : { tell: 'listen' };
  }

  function startAgain(failures: number, about: object): void {
    const afterMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
    log.error({ ...about, afterMs }, 'an API process ended; another one is started in its place');
    const pause = setTimeout(() => {
      pauses.delete(pause);
      start(failures + 1);
    }, afterMs);
    pauses.add(pause);
  }

  for (let n = 0; n < count; n += 1) start();

  return {
    listening: listening.promise,
    serve: async (given) => {
      settings = given;
      for (const child of children) send(child, { tell: 'serve', settings });
      const first = await ready.promise;
      isUp = true;
      return first;
    },
    stop: async (killAfterMs) => {
      isStopping = true;
      for (const pause of pauses) clearTimeout(pause);
      const ended = Promise.all([...children].map((child) => once(child, 'exit')));
      for (const child of children) send(child, { tell: 'stop' });
      const kill = setTimeout(() => {
        for (const child of children) child.process.kill('SIGKILL');
      }, killAfterMs);
      await ended;
      clearTimeout(kill);
    },
  };
}

/** A promise that resolves with the last of `count` results. Its rejection may stay unhandled. */
function promiseOfAll<Result>(count: number) {
  let resolveOne = (_result: Result): void => {};
  let reject = (_error: Error): void => {};
  const promise = new Promise<Result>((resolvePromise, rejectPromise) => {
    let missing = count;
    resolveOne = (result) => {
      missing -= 1;
      if (missing === 0) resolvePromise(result);
    };
    reject = rejectPromise;
  });
  promise.catch(() => {});
  return { promise, resolveOne, reject };
}

function send(child: Worker, order: Order): void {
  child.send(order, () => {});
}
