import { z } from 'zod';
import {
  baseUrl,
  credential,
  databaseUrl,
  flag,
  mailSender,
  origins,
  replicaUrls,
  smsSender,
  text,
  url,
  whole,
} from './checks.ts';

/** Every environment variable, with its check and default. */

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export const ROLES = ['api', 'worker', 'all'] as const;

export const variables = z.object({
  NODE_ENV: z
    .enum(['production', 'development', 'test'], 'must be production, development or test')
    .optional(),
  ROLE: z.enum(ROLES, `must be one of ${ROLES.join(', ')}`).default('all'),
  HOST: text,
  PORT: whole(0, 65_535).default(4000),
  CLUSTER: whole(1, 64).default(1),
  DATABASE_URL: databaseUrl.optional(),
  DATABASE_DIRECT_URL: databaseUrl.optional(),
  DATABASE_PREPARE: flag,
  DATABASE_REPLICA_URLS: replicaUrls,
  DATABASE_POOL_SIZE: whole(2, 1_000).default(10),
  DATA_FOLDER: z.string().default('.usher'),
  JWT_SECRET: z
    .string()
    .refine((secret) => Buffer.byteLength(secret) >= 32, 'must have at least 32 bytes')
    .optional(),
  JWKS_URL: url('https:', 'http:').optional(),
  JWT_ISSUER: text,
  JWT_AUDIENCE: text,
  JWT_MAX_AGE_SECONDS: whole(60, 31_536_000).optional(),
  CANCEL_ATTEMPTS_PER_HOUR: whole(1, 1_000_000).default(5),
  REQUESTS_AT_ONCE: whole(1, 100_000).default(100),
  CORS_ORIGINS: origins,
  PERSISTED_OPERATIONS: text,
  INTROSPECTION: flag,
  GRAPHIQL: flag,
  WEB_CLIENT: flag,
  PUBLIC_URL: baseUrl('https:', 'http:').optional(),
  RAZORPAY_URL: baseUrl('https:', 'http:').default('https://api.razorpay.com'),
  RAZORPAY_KEY_ID: credential,
  RAZORPAY_KEY_SECRET: credential,
  RAZORPAY_WEBHOOK_SECRET: text,
  RAZORPAY_WEBHOOK_SECRET_BEFORE: text,
  RAZORPAY_CALLS_AT_ONCE: whole(1, 1_000).default(20),
  SMTP_URL: url('smtp:', 'smtps:').optional(),
  MAIL_FROM: mailSender.default('Usher <tickets@usher.example.com>'),
  TWILIO_URL: baseUrl('https:', 'http:').default('https://api.twilio.com'),
  TWILIO_ACCOUNT_SID: credential,
  TWILIO_AUTH_TOKEN: credential,
  TWILIO_FROM: smsSender,
  METRICS_PORT: whole(0, 65_535).optional(),
  DRAIN_SECONDS: whole(0, 600).optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).optional(),
});

export type VariableName = keyof typeof variables.shape;

/** The variables that each role needs in production. */
export const NEEDED_IN_PRODUCTION: Record<'both' | 'api' | 'worker', readonly VariableName[]> = {
  both: ['DATABASE_URL'],
  api: ['JWT_ISSUER', 'JWT_AUDIENCE', 'PUBLIC_URL', 'RAZORPAY_WEBHOOK_SECRET'],
  worker: ['RAZORPAY_KEY_ID', 'RAZORPAY_KEY_SECRET', 'SMTP_URL', 'MAIL_FROM'],
};

/** Groups of variables of which a worker needs all or none. Without Twilio's, no SMS are sent. */
export const SETTINGS_IN_PARTS: readonly (readonly VariableName[])[] = [
  ['RAZORPAY_KEY_ID', 'RAZORPAY_KEY_SECRET'],
  ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM'],
];
