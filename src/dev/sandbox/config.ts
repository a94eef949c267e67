import { z } from 'zod';

const settings = z.object({
  /** 0 chooses a free port. */
  SANDBOX_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  /** The journal of refunds and keys. Created if missing. Only one process may use it. */
  SANDBOX_FILE: z.string(),
  SANDBOX_KEY_ID: z.string(),
  SANDBOX_KEY_SECRET: z.string(),
  /** If unset, no webhooks are sent. */
  SANDBOX_WEBHOOK_URL: z.url().optional(),
  SANDBOX_WEBHOOK_SECRET: z.string(),
  /** The time from the request for a refund until it is processed. */
  SANDBOX_DELAY_MS: z.coerce.number().int().min(0).default(2_000),
});

export type SandboxConfig = ReturnType<typeof readSandboxConfig>;

/** @throws ZodError that names each missing or invalid setting */
export function readSandboxConfig(environment: Record<string, string | undefined>) {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const read = settings.parse(set);
  return {
    port: read.SANDBOX_PORT,
    file: read.SANDBOX_FILE,
    keyId: read.SANDBOX_KEY_ID,
    keySecret: read.SANDBOX_KEY_SECRET,
    webhookUrl: read.SANDBOX_WEBHOOK_URL ?? null,
    webhookSecret: read.SANDBOX_WEBHOOK_SECRET,
    delayMs: read.SANDBOX_DELAY_MS,
  };
}
