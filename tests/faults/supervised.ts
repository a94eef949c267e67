import { runUsher, type UsherProcess } from '../support/usher-process.ts';
import { type Findings, say } from './findings.ts';

/** A process that is killed and restarted. */
export interface Supervised {
  name: string;
  start(): void;
  /** SIGKILL; returns when it is dead. */
  kill(step: string): Promise<void>;
  /** SIGTERM, then SIGKILL if it does not end. It does not restart. */
  stop(): Promise<void>;
  /** How often it was killed. */
  kills(): number;
  /** The id of the running process. */
  pid(): number;
}

const STOPS_WITHIN_MS = 25_000;

export function supervise(
  name: string,
  script: string,
  environment: Record<string, string>,
  findings: Findings,
): Supervised {
  let running: UsherProcess | null = null;
  let kills = 0;
  let stopped = false;

  function start(): void {
    if (running || stopped) return;
    const started = runUsher(script, [], environment);
    running = started;
    void started.exit.then((code) => {
      countErrors(name, started.output(), findings);
      // It must end only when this script kills it.
      if (running === started)
        findings.broken(`${name} ended by itself (${code}): ${started.output().slice(-2_000)}`);
    });
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | string | null> {
    const ending = running;
    running = null;
    if (!ending) return 0;
    ending.child.kill(signal);
    const impatience = setTimeout(() => ending.child.kill('SIGKILL'), STOPS_WITHIN_MS);
    return ending.exit.finally(() => clearTimeout(impatience));
  }

  return {
    name,
    start,
    kill: async (step) => {
      if (!running) return;
      kills += 1;
      findings.count(`kills of ${name}: ${step}`);
      say(`SIGKILL ${name}: ${step}`);
      await end('SIGKILL');
    },
    stop: async () => {
      stopped = true;
      const code = await end('SIGTERM');
      if (code !== 0) findings.broken(`${name} did not stop gracefully: ${code}`);
    },
    kills: () => kills,
    pid: () => {
      if (running?.child.pid === undefined) throw new Error(`${name} does not run`);
      return running.child.pid;
    },
  };
}

/** Errors in the log are not failures, but worth a look. */
function countErrors(name: string, output: string, findings: Findings): void {
  for (const [, message] of output.matchAll(/"level":[56]0.*"msg":"([^"]*)"/g))
    findings.count(`errors logged by ${name}: ${message}`);
}
