import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApolloServer, HeaderMap } from '@apollo/server';
import { authenticate } from '../auth/authenticate.ts';
import { KeysUnavailableError } from '../auth/signing-keys.ts';
import { InvalidTokenError, type VerifyToken } from '../auth/verify-token.ts';
import { toClientError } from '../errors/mask-error.ts';
import { UsherError } from '../errors/usher-error.ts';
import { createRequestContext, type RequestContext, type Services } from '../tickets/request-context.ts';
import { BodyError, readJsonBody } from './read-body.ts';
import { respondError } from './respond.ts';

/** GraphQL over HTTP: who is it, what do they ask, run it, write the answer. */
export function createGraphQLEndpoint(
  apollo: ApolloServer<RequestContext>,
  services: Services,
  verifyToken: VerifyToken,
) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const viewer = await authenticate(request.headersDistinct.authorization, verifyToken);
      const body = request.method === 'POST' ? await readJsonBody(request, response) : undefined;
      const answer = await apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: request.method ?? 'GET',
          headers: headersOf(request),
          search: searchOf(request),
          body,
        },
        context: async () => createRequestContext(services, viewer),
      });
      response.writeHead(answer.status ?? 200, Object.fromEntries(answer.headers));
      if (answer.body.kind === 'complete') response.end(answer.body.string);
      else response.end();
    } catch (error) {
      respondFailure(response, error, services);
    }
  };
}

function respondFailure(response: ServerResponse, error: unknown, { log }: Services): void {
  if (error instanceof InvalidTokenError) {
    const challenge = {
      'www-authenticate': `Bearer error="invalid_token", error_description="${error.message}"`,
    };
    respondError(
      response,
      401,
      new UsherError('UNAUTHENTICATED', { message: `${error.message}.` }),
      challenge,
    );
  } else if (error instanceof KeysUnavailableError) {
    log.warn({ err: error }, 'signing keys unavailable');
    respondError(response, 503, new UsherError('SERVICE_UNAVAILABLE'), { 'retry-after': '5' });
  } else if (error instanceof BodyError) {
    respondError(response, error.status, new UsherError('BAD_USER_INPUT', { message: error.message }));
  } else {
    respondError(response, 500, toClientError(error, log));
  }
}

function headersOf({ headers }: IncomingMessage): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}

function searchOf({ url = '' }: IncomingMessage): string {
  const mark = url.indexOf('?');
  return mark === -1 ? '' : url.slice(mark);
}
