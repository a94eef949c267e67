import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface SandboxProcess {
  url: string;
  keyId: string;
  keySecret: string;
  webhookSecret: string;
  close(): Promise<void>;
}

const IS_BUILT = import.meta.url.endsWith('.js');
const MAIN = fileURLToPath(new URL(`./main.${IS_BUILT ? 'js' : 'ts'}`, import.meta.url));

/**
 * Starts the sandbox provider as a separate process, as the real one is. It exits when this process ends, even by
 * SIGKILL, because then their IPC channel closes.
 */
export async function startSandboxProcess({
  file,
  origin,
}: {
  /** The journal of its ledger. */
  file: string;
  /** Where Usher accepts its webhooks. Null: nowhere. */
  origin: string | null;
}): Promise<SandboxProcess> {
  const [keyId, keySecret, webhookSecret] = ['rzp_test_sandbox', secret(), secret()];
  const child = spawn(process.execPath, [...(IS_BUILT ? [] : ['--import', 'tsx']), MAIN], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    // In another process group, so that Ctrl-C does not end it before the worker has stopped.
    detached: true,
    env: {
      SANDBOX_PORT: '0',
      SANDBOX_FILE: file,
      SANDBOX_KEY_ID: keyId,
      SANDBOX_KEY_SECRET: keySecret,
      SANDBOX_WEBHOOK_SECRET: webhookSecret,
      SANDBOX_WEBHOOK_URL: origin ? `${origin}/webhooks/razorpay` : '',
    },
  });
  const exited = once(child, 'exit');
  if (!child.stdout) throw new Error('the sandbox provider has no output');
  const lines = createInterface({ input: child.stdout });
  const url = await Promise.race([
    once(lines, 'line').then(([line]) => /http:\S+/.exec(String(line))?.[0]),
    exited.then(() => undefined),
  ]);
  if (!url) throw new Error('the sandbox provider did not start');
  return {
    url,
    keyId,
    keySecret,
    webhookSecret,
    close: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

function secret(): string {
  return randomBytes(24).toString('base64url');
}
