import { z } from 'zod';

/** The process's settings, read once from the environment. */
export interface Config {
  production: boolean;
  host: string;
  port: number;
  /** Null: start the embedded database (never in production). */
  databaseUrl: string | null;
  databasePoolSize: number;
  /** Where the embedded database and the development secret live. */
  dataFolder: string;
  /** How tokens are checked: a shared secret, or the keys at a URL. Null: a development secret is made. */
  tokenKey: { secret: string } | { jwksUrl: string } | null;
  tokenIssuer: string;
  tokenAudience: string;
  cancelAttemptsPerHour: number;
  /** Answer introspection queries. */
  introspection: boolean;
  /** Serve GraphiQL to browsers at GET /graphql. */
  graphiql: boolean;
  /** Where clients reach this server; a poster stored as a path is linked below it. Null: where it listens. */
  publicUrl: string | null;
  logLevel: (typeof LOG_LEVELS)[number];
}

/** Its message names every missing or invalid variable, a line each. */
export class ConfigError extends Error {}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const flag = z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true');
const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((number) => number >= least && number <= most, `must be from ${least} to ${most}`);
const url = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    );

/** Every variable that is read, with its check. */
export const variables = z.object({
  NODE_ENV: z.string().optional(),
  HOST: z.string().optional(),
  PORT: whole(0, 65_535).default(4000),
  DATABASE_URL: url('postgres:', 'postgresql:').optional(),
  DATABASE_POOL_SIZE: whole(1, 1_000).default(10),
  DATA_FOLDER: z.string().default('.usher'),
  JWT_SECRET: z
    .string()
    .refine((secret) => Buffer.byteLength(secret) >= 32, 'must have at least 32 bytes')
    .optional(),
  JWKS_URL: url('https:', 'http:').optional(),
  JWT_ISSUER: z.string().optional(),
  JWT_AUDIENCE: z.string().optional(),
  CANCEL_ATTEMPTS_PER_HOUR: whole(1, 1_000_000).default(5),
  INTROSPECTION: flag.optional(),
  GRAPHIQL: flag.optional(),
  PUBLIC_URL: url('https:', 'http:').optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).optional(),
});

const NEEDED_IN_PRODUCTION = ['DATABASE_URL', 'JWT_ISSUER', 'JWT_AUDIENCE', 'PUBLIC_URL'] as const;

/**
 * Reads and checks the environment; an empty variable counts as not set.
 *
 * @throws ConfigError that names everything that is missing or invalid
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const production = given.NODE_ENV === 'production';
  const parsed = variables.safeParse(given);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  if (production) {
    for (const name of NEEDED_IN_PRODUCTION) {
      if (!given[name]) problems.push(`${name}: must be set in production`);
    }
    if (!given.JWT_SECRET && !given.JWKS_URL) {
      problems.push('JWT_SECRET or JWKS_URL: one of them must be set in production');
    }
  }
  if (given.JWT_SECRET && given.JWKS_URL) problems.push('JWT_SECRET and JWKS_URL: only one may be set');
  if (!parsed.success || problems.length > 0) {
    throw new ConfigError(
      `The settings are not complete:\n${problems.map((line) => `  ${line}`).join('\n')}`,
    );
  }

  const env = parsed.data;
  return {
    production,
    host: env.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port: env.PORT,
    databaseUrl: env.DATABASE_URL ?? null,
    databasePoolSize: env.DATABASE_POOL_SIZE,
    dataFolder: env.DATA_FOLDER,
    tokenKey: env.JWKS_URL ? { jwksUrl: env.JWKS_URL } : env.JWT_SECRET ? { secret: env.JWT_SECRET } : null,
    tokenIssuer: env.JWT_ISSUER ?? 'usher-development',
    tokenAudience: env.JWT_AUDIENCE ?? 'usher',
    cancelAttemptsPerHour: env.CANCEL_ATTEMPTS_PER_HOUR,
    introspection: env.INTROSPECTION ?? !production,
    graphiql: env.GRAPHIQL ?? !production,
    publicUrl: env.PUBLIC_URL ?? null,
    logLevel: env.LOG_LEVEL ?? (production ? 'info' : 'warn'),
  };
}
