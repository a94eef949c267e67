import { join } from 'node:path';
import { startSandboxProcess } from '../dev/sandbox/start-sandbox-process.ts';
import { createFolderMailer } from '../notifications/folder.mailer.ts';
import { createFolderSmsSender } from '../notifications/folder.sms-sender.ts';
import type { Mailer } from '../notifications/mailer.ts';
import type { SmsSender } from '../notifications/sms-sender.ts';
import { createSmtpMailer } from '../notifications/smtp.mailer.ts';
import { createTwilioSmsSender } from '../notifications/twilio.sms-sender.ts';
import type { Gateway } from '../refunds/gateway/gateway.ts';
import { createRazorpayGateway } from '../refunds/gateway/razorpay.gateway.ts';
import type { Config } from './config/config.ts';

/** Everything outside that a worker talks to. */
export interface Providers {
  gateway: Gateway;
  mailer: Mailer;
  /** Null: no SMS are sent. */
  sms: SmsSender | null;
  /** Signs what the gateway tells by itself; null where nothing can come. */
  webhookSecret: string | null;
  close(): Promise<void>;
}

const TIMEOUT_MS = 10_000;

/**
 * The providers of these settings. Outside production each that is not set is replaced: the gateway by the sandbox, a
 * process of its own; mail and SMS by files in a folder. In production, without Twilio's, no SMS are sent.
 *
 * @param origin where the sandbox sends its messages; null when this process takes none
 */
export async function openProviders(config: Config, origin: string | null): Promise<Providers> {
  const { gateway, webhookSecret, close } = await openGateway(config, origin);
  const folder = messagesFolder(config);
  const { smtpUrl, mailFrom: from, twilio } = config;
  const mailer = smtpUrl ? createSmtpMailer({ url: smtpUrl, from }) : createFolderMailer({ folder, from });
  const withoutTwilio = () => (config.production ? null : createFolderSmsSender({ folder }));
  const sms = twilio
    ? createTwilioSmsSender({ ...twilio, baseUrl: twilio.url, timeoutMs: TIMEOUT_MS })
    : withoutTwilio();
  return {
    gateway,
    mailer,
    sms,
    webhookSecret,
    close: async () => {
      mailer.close();
      await close();
    },
  };
}

/** Where messages are written outside production. */
export function messagesFolder({ dataFolder }: Pick<Config, 'dataFolder'>): string {
  return join(dataFolder, 'messages');
}

async function openGateway({ razorpay, webhookSecret, dataFolder }: Config, origin: string | null) {
  if (razorpay) {
    const gateway = createRazorpayGateway({ ...razorpay, baseUrl: razorpay.url, timeoutMs: TIMEOUT_MS });
    return { gateway, webhookSecret, close: async () => {} };
  }
  const sandbox = await startSandboxProcess({ file: join(dataFolder, 'sandbox.jsonl'), origin });
  const { url: baseUrl, keyId, keySecret } = sandbox;
  const gateway = createRazorpayGateway({ baseUrl, keyId, keySecret, timeoutMs: TIMEOUT_MS });
  return { gateway, webhookSecret: sandbox.webhookSecret, close: sandbox.close };
}
