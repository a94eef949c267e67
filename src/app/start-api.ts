import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Logger } from 'pino';
import { signToken } from '../api/auth/sign-token.ts';
import { createTokenVerifier } from '../api/auth/verify-token.ts';
import { findExampleTicket } from '../api/graphiql/find-example-ticket.ts';
import { graphiqlTabs } from '../api/graphiql/graphiql-tabs.ts';
import { startGraphQLEngine } from '../api/graphql/graphql-engine.ts';
import { createAdmission } from '../api/http/admission.ts';
import { REQUEST_DEADLINE_MS } from '../api/http/deadline.ts';
import type { ListeningServer } from '../api/http/listening-server.ts';
import type { ReadMetrics } from '../api/http/metrics-endpoint.ts';
import { serveWebClient } from '../api/http/web-client.ts';
import { createRequestHandler } from '../api/request-handler.ts';
import { posterSvg } from '../dev/demo/poster.ts';
import { signInDemoUsers } from '../dev/demo/sign-in-demo-users.ts';
import { DEMO_USER } from '../dev/demo/users.ts';
import { systemClock } from '../platform/db/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { openReplicas } from '../platform/replicas/replicas.ts';
import { addGauge } from '../platform/telemetry/gauge.ts';
import type { Metrics } from '../platform/telemetry/metrics.ts';
import { createTicketReader } from '../tickets/ticket-reader.ts';
import { type Config, ConfigError } from './config/config.ts';
import { tokenRules } from './config/token-rules.ts';
import { trustedDocuments } from './config/trusted-documents.ts';

export interface Api {
  /** A token of the demo user; null in production and where another issuer signs. */
  demoToken: string | null;
  stop(): Promise<void>;
}

interface ApiServices {
  db: Database;
  log: Logger;
  metrics: Metrics;
  /** What /metrics answers where it is served beside the API: of all processes. */
  readMetrics: ReadMetrics;
  webhookSecret: string | null;
  /** The folder of the built web client; null for none. */
  webClient: string | null;
}

/** From here on a listening server answers requests. */
export async function startApi(
  server: Pick<ListeningServer, 'origin' | 'serve' | 'isClosing'>,
  config: Config,
  { db, log, metrics, readMetrics, webhookSecret, webClient }: ApiServices,
): Promise<Api> {
  const { production, cancelAttemptsPerHour, requestsAtOnce: atOnce } = config;
  if (config.graphiql) findGraphiql();
  const rules = await tokenRules(config);
  const demoSecret = production || 'jwksUrl' in rules.key ? null : rules.key.secret;
  const demoToken = demoSecret && (await signToken(DEMO_USER.id, demoSecret, rules));
  const trusted = await trustedDocuments(config);
  const { introspection } = config;
  const engine = await startGraphQLEngine({ log, metrics, introspection, anyOperation: trusted === null });
  const admission = createAdmission({ atOnce, atOncePerViewer: Math.ceil(atOnce / 4) });
  addGauge(metrics.registry, 'usher_requests_in_flight', 'GraphQL requests under way.', admission.inFlight);
  addGauge(metrics.registry, 'usher_api_processes', 'Processes that answer requests.', () => 1);
  const publicUrl = config.publicUrl ?? server.origin;
  const { replicaUrls: urls, databasePoolSize: poolSize } = config;
  const replicas = urls.length > 0 ? openReplicas({ urls, poolSize, db, log, metrics }) : null;
  server.serve(
    createRequestHandler({
      engine,
      services: {
        db,
        ticketReader: createTicketReader(db),
        replicas,
        clock: systemClock,
        log,
        metrics,
        cancelAttemptsPerHour,
        publicUrl,
      },
      verifyToken: createTokenVerifier(rules),
      admission,
      deadlineMs: REQUEST_DEADLINE_MS,
      trustedDocuments: trusted,
      corsOrigins: config.corsOrigins,
      webhookSecret,
      graphiql: config.graphiql ? () => openGraphiql(db, demoToken) : null,
      posterSvg: production ? null : posterSvg,
      demoUsers: demoSecret === null ? null : () => signInDemoUsers(demoSecret, rules),
      webClient: webClient === null ? null : serveWebClient(webClient, publicUrl),
      readMetrics: config.metricsPort === null ? readMetrics : null,
      isClosing: server.isClosing,
    }),
  );
  return {
    demoToken,
    stop: async () => {
      await engine.stop();
      await replicas?.close();
    },
  };
}

const GRAPHIQL_PACKAGE = '@graphql-yoga/render-graphiql';

/**
 * A production install leaves out the package that makes GraphiQL's page. The start fails then, not every view of the
 * page.
 *
 * @throws ConfigError when it is not installed
 */
function findGraphiql(): void {
  try {
    createRequire(import.meta.url).resolve(GRAPHIQL_PACKAGE);
  } catch {
    throw new ConfigError(
      `GRAPHIQL: the npm package ${GRAPHIQL_PACKAGE} is not installed: ` +
        'run `npm ci --omit=dev` without --omit=optional, or set GRAPHIQL=false.',
    );
  }
}

/** The examples are about a ticket of the demo user, so they come only with a token of that user. */
async function openGraphiql(db: Database, demoToken: string | null): Promise<string> {
  // Thirty megabytes of memory, once somebody looks at it.
  const { graphiqlPage } = await import('../api/graphiql/graphiql-page.ts');
  if (demoToken === null) return graphiqlPage(null);
  const ticket = await findExampleTicket(db, DEMO_USER.id, systemClock.now());
  return graphiqlPage(demoToken, ticket === null ? [] : graphiqlTabs(ticket, randomUUID()));
}
