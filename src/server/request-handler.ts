import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { ApolloServer } from '@apollo/server';
import type { VerifyToken } from '../auth/verify-token.ts';
import { UsherError } from '../errors/usher-error.ts';
import type { RequestContext, Services } from '../tickets/request-context.ts';
import { createGraphQLEndpoint } from './graphql-endpoint.ts';
import { isReady } from './is-ready.ts';
import { answerRazorpayWebhook } from './razorpay-webhook-endpoint.ts';
import { respond, respondError } from './respond.ts';

export interface HandlerOptions {
  apollo: ApolloServer<RequestContext>;
  services: Services;
  verifyToken: VerifyToken;
  /** Signs the gateway's messages; null: none are taken. */
  webhookSecret: string | null;
  /** What browsers get at GET /graphql; null for none. */
  graphiql: string | null;
  /** The posters of the demo data, by movie id; null for none. */
  posterSvg: ((movieId: string) => string | null) | null;
}

/** Which path is answered by what. */
export function createRequestHandler(options: HandlerOptions): RequestListener {
  const { apollo, services, verifyToken, webhookSecret, graphiql, posterSvg } = options;
  const graphql = createGraphQLEndpoint(apollo, services, verifyToken);

  return (request, response) => {
    const path = pathOf(request);
    if (path === '/graphql') {
      if (graphiql !== null && isBrowser(request))
        respond(response, 200, 'text/html; charset=utf-8', graphiql);
      else void graphql(request, response);
    } else if (path === '/webhooks/razorpay' && webhookSecret !== null) {
      void answerRazorpayWebhook(request, response, services, webhookSecret);
    } else if (path === '/healthz') {
      respond(response, 200, 'text/plain', 'ok');
    } else if (path === '/readyz') {
      void respondReadiness(services, response);
    } else {
      const movieId = /^\/posters\/([\w-]+)\.svg$/.exec(path)?.[1];
      const svg = movieId && posterSvg?.(movieId);
      if (svg) respond(response, 200, 'image/svg+xml', svg, { 'cache-control': 'public, max-age=86400' });
      else
        respondError(
          response,
          404,
          new UsherError('NOT_FOUND', { message: 'Nothing is here. Try /graphql.' }),
        );
    }
  };
}

async function respondReadiness({ db }: Services, response: ServerResponse): Promise<void> {
  if (await isReady(db)) respond(response, 200, 'text/plain', 'ready');
  else respond(response, 503, 'text/plain', 'the database does not answer', { 'retry-after': '2' });
}

function isBrowser({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.accept?.includes('text/html') === true;
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '/';
}
