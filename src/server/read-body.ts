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

const limit = '100kb';
const parseJson = bodyParser.json({ limit });
const parseRaw = bodyParser.raw({ limit, type: () => true });

/** @throws BodyError for what is no JSON, too large, or badly encoded */
export function readJsonBody(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  return read(parseJson, request, response);
}

/**
 * The bytes as they were sent.
 *
 * @throws BodyError for what is too large or badly encoded
 */
export async function readRawBody(request: IncomingMessage, response: ServerResponse): Promise<Buffer> {
  const body = await read(parseRaw, request, response);
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

function read(
  parse: typeof parseJson,
  request: IncomingMessage & { body?: unknown },
  response: ServerResponse,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    parse(request, response, (error: unknown) => {
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
