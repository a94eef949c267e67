import type { LevelWithSilent } from 'pino';
import { signToken } from '../../src/api/auth/sign-token.ts';
import { createTokenVerifier, type TokenRules } from '../../src/api/auth/verify-token.ts';
import { graphiqlPage } from '../../src/api/graphiql/graphiql-page.ts';
import { type EngineOptions, startGraphQLEngine } from '../../src/api/graphql/graphql-engine.ts';
import type { TrustedDocuments } from '../../src/api/graphql/trusted-documents.ts';
import { type AdmissionLimits, createAdmission } from '../../src/api/http/admission.ts';
import { REQUEST_DEADLINE_MS } from '../../src/api/http/deadline.ts';
import { listen } from '../../src/api/http/listening-server.ts';
import { createRequestHandler, type HandlerOptions } from '../../src/api/request-handler.ts';
import { type Clock, systemClock } from '../../src/platform/db/clock.ts';
import { openDatabase } from '../../src/platform/db/database.ts';
import { createJobQueue, type JobQueue } from '../../src/platform/jobs/job-queue.ts';
import { openReplicas } from '../../src/platform/replicas/replicas.ts';
import { createLogger } from '../../src/platform/telemetry/logger.ts';
import { createMetrics, type Metrics } from '../../src/platform/telemetry/metrics.ts';
import { createTicketReader } from '../../src/tickets/ticket-reader.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

export const SECRET = 'a secret of the tests that is long enough';
export const WEBHOOK_SECRET = 'the secret of the webhooks of the tests';
export const TOKEN_RULES = { key: { secret: SECRET }, issuer: 'usher-tests', audience: 'usher' };

export interface TestApi {
  database: TestDatabase;
  origin: string;
  /** Sends an operation as a user, or without a token if `as` is null. Returns the whole JSON response. */
  send<Data = Answer>(query: string, options?: SendOptions): Promise<GraphQLAnswer<Data>>;
  /** Log lines with level warn and above, unless `logLevel` says otherwise. */
  logs: string[];
  metrics: Metrics;
  jobs: JobQueue;
  /** Requests in flight. */
  inFlight(): number;
  close(): Promise<void>;
}

export interface SendOptions {
  as?: string | null;
  variables?: Record<string, unknown>;
  signal?: AbortSignal;
}

// biome-ignore lint/suspicious/noExplicitAny: the tests' queries are text, so their answers have no type.
type Answer = any;

export interface GraphQLAnswer<Data = Answer> {
  data?: Data;
  errors?: {
    message: string;
    path?: (string | number)[];
    extensions: { code: string } & Record<string, unknown>;
  }[];
}

/** Starts another instance with the same database and its own pool. */
export async function startTestInstance(
  { database }: TestApi,
  { poolSize = 10, ...options }: Omit<TestApiOptions, 'database'> = {},
): Promise<TestApi> {
  const { db, close } = openDatabase({ url: database.url, poolSize });
  const api = await startTestApi({ ...options, database: { ...database, db } });
  return { ...api, close: () => api.close().then(close) };
}

interface TestApiOptions {
  clock?: Clock;
  cancelAttemptsPerHour?: number;
  /** The database to use. The API closes only one that it created. */
  database?: TestDatabase;
  poolSize?: number;
  replicaUrls?: string[];
  introspection?: boolean;
  engine?: Pick<EngineOptions, 'runsBeforeCompiling' | 'useFastPath'>;
  trustedDocuments?: TrustedDocuments | null;
  admission?: Partial<AdmissionLimits>;
  deadlineMs?: number;
  corsOrigins?: string[];
  logLevel?: LevelWithSilent;
  tokenKey?: TokenRules['key'];
  tokenMaxAgeMs?: number;
  demoUsers?: HandlerOptions['demoUsers'];
  webClient?: HandlerOptions['webClient'];
}

/** Starts the API over HTTP on a free port, with its own database. */
export async function startTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const { clock = systemClock, cancelAttemptsPerHour = 1_000, poolSize = 10, replicaUrls = [] } = options;
  const { introspection = true, trustedDocuments = null, deadlineMs = REQUEST_DEADLINE_MS } = options;
  const database = options.database ?? (await createTestDatabase({ poolSize }));
  const logs: string[] = [];
  const log = createLogger(options.logLevel ?? 'warn', { write: (line) => logs.push(line) });
  const metrics = createMetrics();
  const admission = createAdmission({ atOnce: 100, atOncePerViewer: 25, ...options.admission });
  const engine = await startGraphQLEngine({
    // Compiles every operation on its first use, so that the fast path serves its next one.
    runsBeforeCompiling: 1,
    ...options.engine,
    log,
    metrics,
    introspection,
    anyOperation: trustedDocuments === null,
  });
  const server = await listen(0, '127.0.0.1');
  const replicas =
    replicaUrls.length > 0
      ? openReplicas({ urls: replicaUrls, poolSize, db: database.db, log, metrics })
      : null;
  const jobs = createJobQueue(database.db, log);
  const services = {
    db: database.db,
    ticketReader: createTicketReader(database.db),
    replicas,
    clock,
    jobs,
    log,
    metrics,
    cancelAttemptsPerHour,
    publicUrl: server.origin,
    organizer: 'tickets@usher.example',
  };
  server.serve(
    createRequestHandler({
      engine,
      services,
      admission,
      deadlineMs,
      trustedDocuments,
      corsOrigins: options.corsOrigins ?? ['https://app.example.com'],
      verifyToken: createTokenVerifier({
        ...TOKEN_RULES,
        key: options.tokenKey ?? TOKEN_RULES.key,
        maxAgeMs: options.tokenMaxAgeMs ?? null,
      }),
      webhookSecret: WEBHOOK_SECRET,
      graphiql: async () => graphiqlPage(null),
      posterSvg: null,
      demoUsers: options.demoUsers ?? null,
      webClient: options.webClient ?? null,
      readMetrics: () => metrics.registry.metrics(),
      isClosing: server.isClosing,
    }),
  );
  return {
    database,
    origin: server.origin,
    logs,
    metrics,
    jobs,
    inFlight: admission.inFlight,
    send: (query, options = {}) => post(server.origin, query, options),
    close: async () => {
      await server.close();
      await engine.stop();
      await jobs.flush();
      await replicas?.close();
      if (!options.database) await database.close();
    },
  };
}

async function post(origin: string, query: string, { as = 'user-asha', variables, signal }: SendOptions) {
  const token = as === null ? null : await signToken(as, SECRET, TOKEN_RULES);
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ query, variables }),
    signal: signal ?? null,
  });
  return response.json();
}
