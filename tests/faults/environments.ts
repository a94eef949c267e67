import { randomBytes } from 'node:crypto';

/** The environment variables of the processes, as in production. */

const random = () => randomBytes(24).toString('hex');

/** The address that mails come from. */
export const SENDER = 'tickets@usher.example.com';

export const TOKENS = { secret: random(), issuer: 'the fault test', audience: 'usher' };
export const PROVIDER = { keyId: 'rzp_test_faults', keySecret: random(), webhookSecret: random() };

const both = { NODE_ENV: 'production', LOG_LEVEL: 'error', METRICS_PORT: '0', DRAIN_SECONDS: '0' };

/** The API gets no key of the payment provider: it only receives webhooks. */
export function apiEnvironment(databaseUrl: string, port: number) {
  return {
    ...both,
    ROLE: 'api',
    DATABASE_URL: databaseUrl,
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    JWT_SECRET: TOKENS.secret,
    JWT_ISSUER: TOKENS.issuer,
    JWT_AUDIENCE: TOKENS.audience,
    RAZORPAY_WEBHOOK_SECRET: PROVIDER.webhookSecret,
    CANCEL_ATTEMPTS_PER_HOUR: '100000',
  };
}

export function workerEnvironment(
  databaseUrl: string,
  urls: { provider: string; mail: string; sms: string },
) {
  return {
    ...both,
    ROLE: 'worker',
    DATABASE_URL: databaseUrl,
    RAZORPAY_URL: urls.provider,
    RAZORPAY_KEY_ID: PROVIDER.keyId,
    RAZORPAY_KEY_SECRET: PROVIDER.keySecret,
    SMTP_URL: urls.mail,
    MAIL_FROM: `Usher <${SENDER}>`,
    TWILIO_URL: urls.sms,
    TWILIO_ACCOUNT_SID: 'AC00000000000000000000000000000001',
    TWILIO_AUTH_TOKEN: random(),
    TWILIO_FROM: '+15005550006',
  };
}

export function sandboxEnvironment(file: string, port: number, apiPort: number) {
  return {
    SANDBOX_PORT: String(port),
    SANDBOX_FILE: file,
    SANDBOX_KEY_ID: PROVIDER.keyId,
    SANDBOX_KEY_SECRET: PROVIDER.keySecret,
    SANDBOX_WEBHOOK_SECRET: PROVIDER.webhookSecret,
    SANDBOX_WEBHOOK_URL: `http://127.0.0.1:${apiPort}/webhooks/razorpay`,
    SANDBOX_DELAY_MS: '500',
  };
}
