import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../faults/free-ports.ts';
import { onCleanUp } from './clean-up.ts';
import type { Contender } from './contender.ts';
import { TOKEN_RULES } from './tokens.ts';

export interface RunningContender extends Contender {
  origin: string;
  pid: number;
  stop(): Promise<void>;
}

const STARTS_WITHIN_MS = 60_000;

/** Starts a contender as in production. Its output goes to a file, as with a service manager. */
export async function startContender(
  contender: Contender,
  databaseUrl: string,
  nodeFlags: string[] = [],
): Promise<RunningContender> {
  const [port = 0] = await freePorts(1);
  const logFile = join(tmpdir(), `usher-bench-${contender.name}-${port}.log`);
  const log = openSync(logFile, 'w');
  const { PATH = '', HOME = '', TMPDIR = '/tmp' } = process.env;
  const child = spawn(process.execPath, [...nodeFlags, ...contender.command], {
    env: { PATH, HOME, TMPDIR, ...production(databaseUrl, port), ...contender.environment },
    stdio: ['ignore', log, log],
  });
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    // Only Usher handles this signal. The others are killed.
    const impatience = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await exited;
    clearTimeout(impatience);
    await rm(logFile, { force: true });
  };
  onCleanUp(stop);
  const origin = `http://127.0.0.1:${port}`;
  await Promise.race([
    listening(origin),
    exited.then(async () => {
      throw new Error(`${contender.title} did not start:\n${await readFile(logFile, 'utf8')}`);
    }),
  ]);
  return { ...contender, origin, pid: child.pid ?? 0, stop };
}

async function listening(origin: string): Promise<void> {
  for (const end = Date.now() + STARTS_WITHIN_MS; Date.now() < end; ) {
    const status = await fetch(`${origin}/graphql`, { method: 'POST' }).then(
      (response) => response.status,
      () => 503,
    );
    if (status !== 503) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`no server listens on ${origin}`);
}

function production(databaseUrl: string, port: number): Record<string, string> {
  return {
    NODE_ENV: 'production',
    ROLE: 'api',
    HOST: '127.0.0.1',
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    PUBLIC_URL: 'https://tickets.example.com',
    JWT_SECRET: TOKEN_RULES.secret,
    JWT_ISSUER: TOKEN_RULES.issuer,
    JWT_AUDIENCE: TOKEN_RULES.audience,
    RAZORPAY_WEBHOOK_SECRET: 'the secret of the webhooks of the benchmark',
    CANCEL_ATTEMPTS_PER_HOUR: '1000000',
    METRICS_PORT: '0',
  };
}
