import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HTTPGraphQLResponse } from '@apollo/server';
import { createRequestContext, type Services } from '../../tickets/request-context.ts';
import { authenticate } from '../auth/authenticate.ts';
import type { VerifyToken } from '../auth/verify-token.ts';
import type { Admission } from '../http/admission.ts';
import type { BodyAdmission } from '../http/body-admission.ts';
import { type Deadline, onRequestClosed, startDeadline } from '../http/deadline.ts';
import { errorType } from '../http/media-type.ts';
import { respond } from '../http/respond.ts';
import type { GraphQLEngine } from './graphql-engine.ts';
import { malformedStatus } from './http-status.ts';
import { negotiate } from './negotiate.ts';
import { readOperation } from './read-operation.ts';
import { refuse } from './refuse.ts';
import { type RequestReport, sendReport, startReport } from './request-report.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

export interface GraphQLEndpointOptions {
  engine: GraphQLEngine;
  services: Services;
  verifyToken: VerifyToken;
  admission: Admission;
  /** Milliseconds after which a request is answered with an error. */
  deadlineMs: number;
  /** The only operations that may run. Null: every operation may. */
  trustedDocuments: TrustedDocuments | null;
}

type EndpointOptions = GraphQLEndpointOptions & { bodies: BodyAdmission };

/** POST and GET /graphql: admit, negotiate, authenticate, read, execute, answer, report. */
export function createGraphQLEndpoint(options: EndpointOptions) {
  const { log, metrics } = options.services;
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const report = startReport(request);
    response.setHeader('x-request-id', report.requestId);
    const deadline = startDeadline(request, response, options.deadlineMs);
    onRequestClosed(request, response, () => sendReport(report, response, log, metrics));
    try {
      const operation = answerOperation(request, response, options, report, deadline);
      const answer = await Promise.race([operation, deadline.aborted]);
      // Apollo calls no plugin for a body that is not a GraphQL request.
      if (answer.status === 400 && report.outcome === 'OK') {
        report.outcome = 'BAD_REQUEST';
        answer.status = malformedStatus(errorType(request));
      }
      write(response, answer);
    } catch (error) {
      report.outcome = refuse(response, error, log);
    }
  };
}

async function answerOperation(
  request: IncomingMessage,
  response: ServerResponse,
  { engine, services, verifyToken, admission, bodies, trustedDocuments }: EndpointOptions,
  report: RequestReport,
  deadline: Deadline,
): Promise<HTTPGraphQLResponse> {
  admission.refuseWhenFull();
  const mediaType = negotiate(request);
  const viewer = await authenticate(request.headersDistinct.authorization, verifyToken);
  const viewerId = viewer?.id ?? null;
  const operation = await readOperation(request, response, trustedDocuments, { bodies, reader: viewerId });
  deadline.received();
  const leave = admission.enter(viewerId);
  try {
    const context = createRequestContext(services, viewer, {
      traceId: report.traceId,
      throwIfAborted: deadline.throwIfAborted,
    });
    return await engine.answer(request, operation, Object.assign(context, { report, mediaType }));
  } finally {
    leave();
  }
}

function write(response: ServerResponse, { status, headers, body }: HTTPGraphQLResponse): void {
  if (body.kind === 'chunked') throw new Error('the schema has no incremental delivery');
  const type = headers.get('content-type') ?? 'application/json';
  respond(response, status ?? 200, type, body.string, Object.fromEntries(headers));
}
