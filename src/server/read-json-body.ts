import type { IncomingMessage, ServerResponse } from 'node:http';
import bodyParser from 'body-parser';

/** A request body that cannot be taken; the message is safe to show. */
export class BodyError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const parseJson = bodyParser.json({ limit: '100kb' });

/** @throws BodyError for what is no JSON, too large, or badly encoded */
export function readJsonBody(
  request: IncomingMessage & { body?: unknown },
  response: ServerResponse,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    parseJson(request, response, (error: unknown) => {
      if (error) reject(toBodyError(error));
      else resolve(request.body);
    });
  });
}

function toBodyError(error: unknown): unknown {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return error;
  if (error.status === 413) return new BodyError(413, 'The body is larger than 100 KB.');
  if (error.status === 415)
    return new BodyError(415, 'The encoding of the body is not supported. Send UTF-8.');
  return new BodyError(400, 'The body is not valid JSON.');
}
