import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { UsherError } from '../platform/errors/usher-error.ts';
import { createGraphQLEndpoint, type GraphQLEndpointOptions } from './graphql/graphql-endpoint.ts';
import { refuse } from './graphql/refuse.ts';
import { createBodyAdmission } from './http/body-admission.ts';
import { allowOrigins } from './http/cross-origin.ts';
import { type ReadMetrics, respondMetrics } from './http/metrics-endpoint.ts';
import { answerRazorpayWebhook } from './http/razorpay-webhook-endpoint.ts';
import { respondReadiness } from './http/readiness-endpoint.ts';
import { targetOf } from './http/request-target.ts';
import { readOnly, respond, respondError } from './http/respond.ts';
import { PAGE_POLICY, SECURITY_HEADERS } from './http/security-headers.ts';
import type { WebClient } from './http/web-client.ts';

export interface HandlerOptions extends GraphQLEndpointOptions {
  /** Pages of these origins may call GraphQL. */
  corsOrigins: string[];
  /** Verifies the signatures of the gateway's webhooks. Null: no webhooks are accepted. */
  webhookSecret: string | null;
  /** The secret before a change, which is accepted too. Default: none. */
  webhookSecretBefore?: string | null;
  /** Renders the page that browsers get at GET /graphql. Null: no page. */
  graphiql: (() => Promise<string>) | null;
  /** The posters of the demo data, by movie id. Null: no posters. */
  posterSvg: ((movieId: string) => string | null) | null;
  /** The demo users with their tokens, served at GET /demo/users. Null: not served. */
  demoUsers: (() => Promise<unknown>) | null;
  /** Served at /. Null: not served. */
  webClient: WebClient | null;
  /** Served to everyone at GET /metrics. Null: not served here. */
  readMetrics: ReadMetrics | null;
  isClosing(): boolean;
}

/** Routes requests by their path. */
export function createRequestHandler(options: HandlerOptions): RequestListener {
  const { services, corsOrigins, webhookSecret, graphiql, posterSvg, readMetrics, isClosing } = options;
  const { demoUsers, webClient, webhookSecretBefore: secretBefore = null } = options;
  // One for all bodies of the process, webhooks included.
  const bodies = createBodyAdmission();
  const graphql = createGraphQLEndpoint({ ...options, bodies });
  const crossOrigin = allowOrigins(corsOrigins);

  return (request, response) => {
    response.setHeaders(SECURITY_HEADERS);
    const { path } = targetOf(request);
    if (path === '/graphql') {
      if (graphiql !== null && isBrowser(request)) void respondPage(response, graphiql, services.log);
      else crossOrigin(request, response, () => void graphql(request, response));
    } else if (path === '/webhooks/razorpay' && webhookSecret !== null) {
      void answerRazorpayWebhook(request, response, {
        services,
        bodies,
        secret: webhookSecret,
        secretBefore,
      });
    } else if (path === '/healthz') {
      readOnly(request, response, () => respond(response, 200, 'text/plain', 'ok'));
    } else if (path === '/readyz') {
      readOnly(request, response, () => void respondReadiness(response, services.db, isClosing));
    } else if (path === '/metrics' && readMetrics !== null) {
      readOnly(request, response, () => void respondMetrics(response, readMetrics));
    } else if (path === '/demo/users' && demoUsers !== null) {
      readOnly(request, response, () => void respondDemoUsers(response, demoUsers));
    } else if (webClient?.has(path)) {
      webClient.answer(request, response);
    } else {
      const movieId = /^\/posters\/([\w-]+)\.svg$/.exec(path)?.[1];
      const svg = movieId && posterSvg?.(movieId);
      if (svg) respond(response, 200, 'image/svg+xml', svg, POSTER_HEADERS);
      else
        respondError(
          response,
          404,
          new UsherError('NOT_FOUND', {
            message: path === '/' ? NO_CLIENT : 'Nothing is here. Try /graphql.',
          }),
        );
    }
  };
}

const NO_CLIENT =
  'Nothing is here. GraphQL is at /graphql. The web client is served here where WEB_CLIENT is on and it is built.';

const POSTER_HEADERS = {
  'cache-control': 'public, max-age=86400',
  // Clients on other origins may show them.
  'cross-origin-resource-policy': 'cross-origin',
};

async function respondPage(
  response: ServerResponse,
  makePage: () => Promise<string>,
  log: Logger,
): Promise<void> {
  try {
    const page = await makePage();
    respond(response, 200, 'text/html; charset=utf-8', page, { 'content-security-policy': PAGE_POLICY });
  } catch (error) {
    refuse(response, error, log);
  }
}

async function respondDemoUsers(response: ServerResponse, demoUsers: () => Promise<unknown>): Promise<void> {
  respond(response, 200, 'application/json; charset=utf-8', JSON.stringify(await demoUsers()));
}

function isBrowser({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.accept?.includes('text/html') === true;
}
