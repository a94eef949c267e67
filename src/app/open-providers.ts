import { join } from 'node:path';
import { createFolderMailer } from '../notifications/folder.mailer.ts';
import { createFolderSmsSender } from '../notifications/folder.sms-sender.ts';
import type { Mailer } from '../notifications/mailer.ts';
import type { SmsSender } from '../notifications/sms-sender.ts';
import { createSmtpMailer } from '../notifications/smtp.mailer.ts';
import { createTwilioSmsSender } from '../notifications/twilio.sms-sender.ts';
import type { Gateway } from '../refunds/gateway/gateway.ts';
import { createRazorpayGateway } from '../refunds/gateway/razorpay.gateway.ts';
import type { Config } from './config/config.ts';

/** The external services of a worker. */
export interface Providers {
  gateway: Gateway;
  mailer: Mailer;
  /** Null: no SMS are sent. */
  sms: SmsSender | null;
  /** Verifies the signatures of the gateway's webhooks. Null: no webhooks are accepted. */
  webhookSecret: string | null;
  close(): Promise<void>;
}

const TIMEOUT_MS = 10_000;

/**
 * Opens the providers of these settings. Outside production, missing ones are replaced: the gateway by the sandbox,
 * which is a separate process, mail and SMS by files in a folder. In production, no SMS are sent without Twilio's
 * settings.
 *
 * @param origin where the sandbox sends its webhooks; null if this process accepts none
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

/** The folder of the messages that are not sent outside production. */
export function messagesFolder({ dataFolder }: Pick<Config, 'dataFolder'>): string {
  return join(dataFolder, 'messages');
}

async function openGateway({ razorpay, webhookSecret, dataFolder }: Config, origin: string | null) {
  if (razorpay) {
    const gateway = createRazorpayGateway({ ...razorpay, baseUrl: razorpay.url, timeoutMs: TIMEOUT_MS });
    return { gateway, webhookSecret, close: async () => {} };
  }
  const { startSandboxProcess } = await import('../dev/sandbox/start-sandbox-process.ts');
  const sandbox = await startSandboxProcess({ file: join(dataFolder, 'sandbox.jsonl'), origin });
  const { url: baseUrl, keyId, keySecret } = sandbox;
  const gateway = createRazorpayGateway({ baseUrl, keyId, keySecret, timeoutMs: TIMEOUT_MS });
  return { gateway, webhookSecret: sandbox.webhookSecret, close: sandbox.close };
}
