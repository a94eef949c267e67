import { join } from 'node:path';
import { startSandbox } from '../../src/dev/sandbox/start-sandbox.ts';
import { apiEnvironment, PROVIDER, workerEnvironment } from '../faults/environments.ts';
import { createFindings } from '../faults/findings.ts';
import { type MailServer, startMailServer } from '../faults/mail-server.ts';
import { type ProviderBooks, readProviderBooks } from '../faults/provider-books.ts';
import { type SmsServer, startSmsServer } from '../faults/sms-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runBuiltMain, type UsherProcess } from '../support/usher-process.ts';
import { type Balancer, startBalancer } from './balancer.ts';

/** The processes of the program for a test, and the servers around them. */
export interface Stage {
  /** The load balancer before all APIs, for clients and the payment provider's webhooks. */
  balancer: Balancer;
  mail: MailServer;
  sms: SmsServer;
  books(): Promise<ProviderBooks>;
  /** Starts an API. Returns its origin when it listens. */
  startApi(databaseUrl: string, more?: Record<string, string>): Promise<string>;
  startWorker(databaseUrl: string, environment?: Record<string, string>): Promise<UsherProcess>;
  /** Stops all processes. Returns the output of those that did not exit with 0 after SIGTERM. */
  stopAll(): Promise<string[]>;
  close(): Promise<void>;
}

export async function setTheStage(): Promise<Stage> {
  const findings = createFindings();
  const folder = await temporaryFolder('usher-scale-');
  const file = join(folder, 'sandbox.jsonl');
  const balancer = await startBalancer();
  const webhookUrl = `${balancer.origin}/webhooks/razorpay`;
  const sandbox = await startSandbox({ ...PROVIDER, port: 0, file, webhookUrl, delayMs: 300 });
  const mail = await startMailServer(findings);
  const sms = await startSmsServer(findings);
  const urls = { provider: sandbox.url, mail: mail.url, sms: sms.url };
  const running: UsherProcess[] = [];

  async function start(environment: Record<string, string>, saysWhenReady: RegExp): Promise<UsherProcess> {
    const usher = runBuiltMain(environment);
    running.push(usher);
    await usher.until(saysWhenReady);
    return usher;
  }

  async function stopAll(): Promise<string[]> {
    const stopping = running
      .splice(0)
      .filter(({ child }) => child.exitCode === null && child.signalCode === null);
    for (const { child } of stopping) child.kill('SIGTERM');
    const codes = await Promise.all(stopping.map(({ exit }) => exit));
    return stopping.flatMap((usher, index) =>
      codes[index] === 0 ? [] : [`${codes[index]}: ${usher.output()}`],
    );
  }

  return {
    balancer,
    mail,
    sms,
    books: () => readProviderBooks(file),
    startApi: async (databaseUrl, more = {}) => {
      const usher = await start({ ...apiEnvironment(databaseUrl, 0), ...more }, /listens on http:[^\s"]+"/);
      const origin = /http:[^\s"]+/.exec(usher.output())?.[0] ?? '';
      balancer.targets.push(origin);
      return origin;
    },
    startWorker: (databaseUrl, environment = {}) =>
      start({ ...workerEnvironment(databaseUrl, urls), ...environment }, /worker is ready/),
    stopAll,
    close: async () => {
      await stopAll();
      await balancer.close();
      await Promise.all([sandbox.close(), mail.close(), sms.close()]);
    },
  };
}
