import type { IncomingMessage, ServerResponse } from 'node:http';
import bodyParser from 'body-parser';
import { HttpError } from './http-error.ts';

const limit = '100kb';
const parseJson = bodyParser.json({ limit });
const parseRaw = bodyParser.raw({ limit, type: () => true });

/** @throws HttpError if the body is not JSON, too large or wrongly encoded */
export function readJsonBody(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  return read(parseJson, request, response);
}

/**
 * The bytes of the body, decompressed.
 *
 * @throws HttpError if the body is too large or wrongly encoded
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
      if (error) reject(toHttpError(error));
      else resolve(request.body);
    });
  });
}

function toHttpError(error: unknown): unknown {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return error;
  switch ('type' in error ? error.type : null) {
    case 'entity.too.large':
      return new HttpError(413, 'The body is larger than 100 KB.');
    case 'charset.unsupported':
      return new HttpError(415, 'The charset of the body is not supported. Send UTF-8.');
    case 'encoding.unsupported':
      return new HttpError(415, 'The Content-Encoding is not supported. Send gzip, deflate, br or none.');
    case 'entity.parse.failed':
      return new HttpError(400, 'The body is not valid JSON.');
    default:
      return new HttpError(400, 'The body is cut off, or not what its Content-Encoding says.');
  }
}
