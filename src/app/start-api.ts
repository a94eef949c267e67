import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Logger } from 'pino';
import { createTokenVerifier } from '../api/auth/verify-token.ts';
import { graphiqlTabs } from '../api/graphiql/graphiql-tabs.ts';
import { startGraphQLEngine } from '../api/graphql/graphql-engine.ts';
import { createAdmission } from '../api/http/admission.ts';
import { REQUEST_DEADLINE_MS } from '../api/http/deadline.ts';
import type { ListeningServer } from '../api/http/listening-server.ts';
import type { ReadMetrics } from '../api/http/metrics-endpoint.ts';
import { serveWebClient } from '../api/http/web-client.ts';
import { createRequestHandler } from '../api/request-handler.ts';
import { systemClock } from '../platform/db/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { createJobQueue } from '../platform/jobs/job-queue.ts';
import { openReplicas } from '../platform/replicas/replicas.ts';
import { watchProcessClock } from '../platform/telemetry/clock-watch.ts';
import { addGauge } from '../platform/telemetry/gauge.ts';
import type { Metrics } from '../platform/telemetry/metrics.ts';
import { asciiAddressOf } from '../platform/text/mail-address.ts';
import { createTicketReader } from '../tickets/ticket-reader.ts';
import { type Config, ConfigError } from './config/config.ts';
import { tokenRules } from './config/token-rules.ts';
import { trustedDocuments } from './config/trusted-documents.ts';

export interface Api {
  /** A token of the demo user. Null in production, and if another issuer signs the tokens. */
  demoToken: string | null;
  stop(): Promise<void>;
}

interface ApiServices {
  db: Database;
  log: Logger;
  metrics: Metrics;
  /** The metrics of all processes, for GET /metrics. */
  readMetrics: ReadMetrics;
  webhookSecret: string | null;
  /** The folder of the built web client. Null: it is not served. */
  webClient: string | null;
}

/** Makes a listening server answer requests. */
export async function startApi(
  server: Pick<ListeningServer, 'origin' | 'serve' | 'isClosing'>,
  config: Config,
  { db, log, metrics, readMetrics, webhookSecret, webClient }: ApiServices,
): Promise<Api> {
  const { production, cancelAttemptsPerHour, requestsAtOnce: atOnce } = config;
  if (config.graphiql) checkGraphiql();
  const rules = await tokenRules(config);
  const demo = production ? null : await (await import('../dev/demo/demo-api.ts')).createDemoApi(rules);
  const demoToken = demo?.token ?? null;
  const trusted = await trustedDocuments(config);
  const { introspection } = config;
  const engine = await startGraphQLEngine({ log, metrics, introspection, anyOperation: trusted === null });
  const admission = createAdmission({ atOnce, atOncePerViewer: Math.ceil(atOnce / 4) });
  addGauge(metrics.registry, 'usher_requests_in_flight', 'GraphQL requests under way.', admission.inFlight);
  addGauge(metrics.registry, 'usher_api_processes', 'Processes that answer requests.', () => 1);
  const publicUrl = config.publicUrl ?? server.origin;
  const { replicaUrls: urls, databasePoolSize: poolSize } = config;
  const replicas = urls.length > 0 ? openReplicas({ urls, poolSize, db, log, metrics }) : null;
  const jobs = createJobQueue(db, log);
  const unwatchClock = watchProcessClock(log);
  server.serve(
    createRequestHandler({
      engine,
      services: {
        db,
        ticketReader: createTicketReader(db),
        replicas,
        clock: systemClock,
        jobs,
        log,
        metrics,
        cancelAttemptsPerHour,
        publicUrl,
        organizer: config.organizer ?? asciiAddressOf(`tickets@${new URL(publicUrl).hostname}`),
      },
      verifyToken: createTokenVerifier(rules),
      admission,
      deadlineMs: REQUEST_DEADLINE_MS,
      trustedDocuments: trusted,
      corsOrigins: config.corsOrigins,
      webhookSecret,
      webhookSecretBefore: config.webhookSecretBefore,
      graphiql: config.graphiql ? () => openGraphiql(db, demoToken) : null,
      posterSvg: demo?.posterSvg ?? null,
      demoUsers: demo?.users ?? null,
      webClient: webClient === null ? null : serveWebClient(webClient, publicUrl),
      readMetrics: config.metricsPort === null ? readMetrics : null,
      isClosing: server.isClosing,
    }),
  );
  return {
    demoToken,
    stop: async () => {
      unwatchClock();
      await engine.stop();
      await jobs.flush();
      await replicas?.close();
    },
  };
}

const GRAPHIQL_PACKAGE = '@graphql-yoga/render-graphiql';

/**
 * A production install lacks the package that renders GraphiQL, so the start fails instead of every view of the page.
 *
 * @throws ConfigError if the package is not installed
 */
function checkGraphiql(): void {
  try {
    createRequire(import.meta.url).resolve(GRAPHIQL_PACKAGE);
  } catch {
    throw new ConfigError(
      `GRAPHIQL: the npm package ${GRAPHIQL_PACKAGE} is not installed: ` +
        'run `npm ci --omit=dev` without --omit=optional, or set GRAPHIQL=false.',
    );
  }
}

/** The page opens with examples about a ticket of the demo user, if it has a token of that user. */
async function openGraphiql(db: Database, demoToken: string | null): Promise<string> {
  // Imported on the first request: it takes 30 MB of memory.
  const { graphiqlPage } = await import('../api/graphiql/graphiql-page.ts');
  if (demoToken === null) return graphiqlPage(null);
  const { findDemoTicket } = await import('../dev/demo/demo-api.ts');
  const ticket = await findDemoTicket(db, systemClock.now());
  return graphiqlPage(demoToken, ticket === null ? [] : graphiqlTabs(ticket, randomUUID()));
}
