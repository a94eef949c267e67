import type { DatabaseEnvironment } from '../../platform/db/database-environment.ts';
import { withVariables } from '../../platform/db/url-parameters.ts';
import { OperatorError } from '../../platform/errors/operator-error.ts';
import { asciiAddressOf } from '../../platform/text/mail-address.ts';
import { findMisspelt } from './find-misspelt.ts';
import {
  type LOG_LEVELS,
  NEEDED_IN_PRODUCTION,
  type ROLES,
  SETTINGS_IN_PARTS,
  variables,
} from './variables.ts';

/** The process's settings, read once from the environment. */
export interface Config {
  production: boolean;
  /** The environment that the database must have. */
  environment: DatabaseEnvironment;
  /** What this process does: answer requests, run jobs, or both. */
  role: (typeof ROLES)[number];
  host: string;
  port: number;
  /** The number of API processes that share the port. */
  cluster: number;
  /** Null: start the embedded database (never in production). */
  databaseUrl: string | null;
  /** A pooler such as PgBouncer, through which the API reaches the same database. Null: no pooler. */
  pooler: { url: string; prepare: boolean } | null;
  /** Standbys that lists may be read from. */
  replicaUrls: string[];
  databasePoolSize: number;
  /** The folder of the embedded database, the development secret, the messages and the sandbox's ledger. */
  dataFolder: string;
  /** How tokens are checked: a shared secret, or the keys at a URL. Null: a development secret is made. */
  tokenKey: { secret: string } | { jwksUrl: string } | null;
  tokenIssuer: string;
  tokenAudience: string;
  /** How old a token may be, whatever its `exp`. Null: as old as it says. */
  tokenMaxAgeMs: number | null;
  cancelAttemptsPerHour: number;
  /** GraphQL requests in flight per process. One viewer may have a quarter of them. */
  requestsAtOnce: number;
  /** Pages of these origins may call the API; `*` is every page. */
  corsOrigins: string[];
  /** A file of the only operations that may run. Null: every operation may. */
  persistedOperations: string | null;
  /** Answer introspection queries. */
  introspection: boolean;
  /** Serve GraphiQL to browsers at GET /graphql. */
  graphiql: boolean;
  /** Serve the web client at /. */
  webClient: boolean;
  /** The URL at which clients reach this server. Posters are linked below it. Null: the address it listens on. */
  publicUrl: string | null;
  /** Null: the sandbox provider (never in production). */
  razorpay: { url: string; keyId: string; keySecret: string } | null;
  /** The most calls of the gateway that a worker has under way. */
  gatewayCallsAtOnce: number;
  /** Null: only webhooks of the sandbox are accepted. */
  webhookSecret: string | null;
  /** The secret of webhooks before a change, which is accepted too. */
  webhookSecretBefore: string | null;
  /** Null: mails are written into a folder (never in production). */
  smtpUrl: string | null;
  mailFrom: string;
  /** The address of MAIL_FROM, for calendar files. Null where production does not set it, as for an API alone. */
  organizer: string | null;
  /** Null: no SMS are sent; outside production they are written into a folder. */
  twilio: { url: string; accountSid: string; authToken: string; from: string } | null;
  /** Where metrics are served. Null: beside the API, and nowhere in a worker (never in production). */
  metricsPort: number | null;
  /** How long a stopping API goes on answering, so that load balancers see that it is not ready. */
  drainMs: number;
  logLevel: (typeof LOG_LEVELS)[number];
  /** One line to print for each variable whose name resembles one of Usher's. */
  notices: string[];
}

/** Which program reads the settings. A command needs only those of the database. */
export type ReadFor = 'usher' | 'command';

/** The usual port of OpenTelemetry's Prometheus exporter. */
const METRICS_PORT = 9_464;
const DRAIN_SECONDS = 5;

/** The message names every missing or invalid variable, one a line. */
export class ConfigError extends OperatorError {
  /** Whether NODE_ENV is production. */
  readonly production: boolean;

  constructor(message: string, production = false) {
    super(message);
    this.production = production;
  }
}

/**
 * Reads and checks the environment; an empty variable counts as not set.
 *
 * @throws ConfigError that names everything that is missing or invalid
 */
export function readConfig(environment: NodeJS.ProcessEnv, readFor: ReadFor = 'usher'): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  for (const name of ['DATABASE_URL', 'DATABASE_DIRECT_URL'])
    if (given[name]) given[name] = withVariables(given[name], environment);
  if (given.DATABASE_REPLICA_URLS)
    given.DATABASE_REPLICA_URLS = given.DATABASE_REPLICA_URLS.split(',')
      .map((url) => withVariables(url.trim(), environment))
      .join(',');
  const parsed = variables.safeParse(given);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  problems.push(...missing(given, readFor));
  const notices = findMisspelt(given, Object.keys(variables.shape));
  if (!parsed.success || problems.length > 0) {
    const lines = [...problems, ...notices].map((line) => `  ${line}`);
    const message = `The settings are not right:\n${lines.join('\n')}`;
    throw new ConfigError(message, given.NODE_ENV === 'production');
  }

  const env = parsed.data;
  const production = env.NODE_ENV === 'production';
  const { JWT_SECRET: secret, JWKS_URL: jwksUrl } = env;
  const { RAZORPAY_KEY_ID: keyId, RAZORPAY_KEY_SECRET: keySecret } = env;
  const { DATABASE_URL: databaseUrl, DATABASE_DIRECT_URL: directUrl, DATABASE_PREPARE: prepare = true } = env;
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, TWILIO_FROM: from } = env;
  return {
    production,
    environment: production ? 'production' : 'development',
    role: env.ROLE,
    host: env.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port: env.PORT,
    cluster: env.CLUSTER,
    databaseUrl: directUrl ?? databaseUrl ?? null,
    pooler: databaseUrl && directUrl ? { url: databaseUrl, prepare } : null,
    replicaUrls: env.DATABASE_REPLICA_URLS ?? [],
    databasePoolSize: env.DATABASE_POOL_SIZE,
    dataFolder: env.DATA_FOLDER,
    tokenKey: jwksUrl ? { jwksUrl } : secret ? { secret } : null,
    tokenIssuer: env.JWT_ISSUER ?? 'usher-development',
    tokenAudience: env.JWT_AUDIENCE ?? 'usher',
    tokenMaxAgeMs: env.JWT_MAX_AGE_SECONDS ? env.JWT_MAX_AGE_SECONDS * 1_000 : null,
    cancelAttemptsPerHour: env.CANCEL_ATTEMPTS_PER_HOUR,
    requestsAtOnce: env.REQUESTS_AT_ONCE,
    corsOrigins: env.CORS_ORIGINS ?? [],
    persistedOperations: env.PERSISTED_OPERATIONS ?? null,
    introspection: env.INTROSPECTION ?? !production,
    graphiql: env.GRAPHIQL ?? !production,
    webClient: env.WEB_CLIENT ?? !production,
    publicUrl: env.PUBLIC_URL ?? null,
    razorpay: keyId && keySecret ? { url: env.RAZORPAY_URL, keyId, keySecret } : null,
    gatewayCallsAtOnce: env.RAZORPAY_CALLS_AT_ONCE,
    webhookSecret: env.RAZORPAY_WEBHOOK_SECRET ?? null,
    webhookSecretBefore: env.RAZORPAY_WEBHOOK_SECRET_BEFORE ?? null,
    smtpUrl: env.SMTP_URL ?? null,
    mailFrom: env.MAIL_FROM,
    organizer: production && !given.MAIL_FROM ? null : asciiAddressOf(env.MAIL_FROM),
    twilio: accountSid && authToken && from ? { url: env.TWILIO_URL, accountSid, authToken, from } : null,
    metricsPort: env.METRICS_PORT ?? (production ? METRICS_PORT : null),
    drainMs: (env.DRAIN_SECONDS ?? (production ? DRAIN_SECONDS : 0)) * 1_000,
    logLevel: env.LOG_LEVEL ?? (production ? 'info' : 'warn'),
    notices,
  };
}

function missing(given: NodeJS.ProcessEnv, readFor: ReadFor): string[] {
  const problems: string[] = [];
  if (given.JWT_SECRET && given.JWKS_URL) problems.push('JWT_SECRET and JWKS_URL: only one may be set');
  if (given.DATABASE_PREPARE === 'false' && !given.DATABASE_DIRECT_URL)
    problems.push('DATABASE_DIRECT_URL: must be set too, since DATABASE_PREPARE is false');
  if (given.DATABASE_DIRECT_URL && !given.DATABASE_URL)
    problems.push('DATABASE_URL: must be set too, since DATABASE_DIRECT_URL is');
  if (given.ROLE === 'worker' && Number(given.CLUSTER) > 1)
    problems.push('CLUSTER: is of API processes; of ROLE=worker start as many as you want');
  if (given.DATABASE_REPLICA_URLS && !given.DATABASE_URL)
    problems.push('DATABASE_URL: must be set too, since DATABASE_REPLICA_URLS is');
  if (readFor === 'usher' && given.ROLE !== 'api') problems.push(...missingParts(given));
  if (given.NODE_ENV !== 'production') return problems;
  const { both, api, worker } = NEEDED_IN_PRODUCTION;
  if (readFor === 'command') return [...problems, ...both.filter((name) => !given[name]).map(needed)];
  const names = [...both, ...(given.ROLE === 'worker' ? [] : api), ...(given.ROLE === 'api' ? [] : worker)];
  problems.push(...names.filter((name) => !given[name]).map(needed));
  if (given.ROLE !== 'worker' && !given.JWT_SECRET && !given.JWKS_URL) {
    problems.push('JWT_SECRET or JWKS_URL: one of them must be set in production');
  }
  return problems;
}

function needed(name: string): string {
  return `${name}: must be set in production`;
}

/** Without this check, a provider with half its settings would be replaced by the one for development. */
function missingParts(given: NodeJS.ProcessEnv): string[] {
  return SETTINGS_IN_PARTS.flatMap((names) => {
    const set = names.filter((name) => given[name]);
    const others = set.length > 0 ? names.filter((name) => !given[name]) : [];
    return others.map((name) => `${name}: must be set too, since ${set[0]} is`);
  });
}
