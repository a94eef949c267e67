import type { IncomingMessage, ServerResponse } from 'node:http';
import bodyParser from 'body-parser';
import { type BodyAdmission, type BodyReader, LARGEST_BODY } from './body-admission.ts';
import { HttpError } from './http-error.ts';

const limit = LARGEST_BODY;
const parseJson = bodyParser.json({ limit });
const parseRaw = bodyParser.raw({ limit, type: () => true });

/** Whose place a body takes while it is read. */
export interface BodyPlace {
  bodies: BodyAdmission;
  reader: BodyReader;
}

/**
 * @throws HttpError if the body is not JSON, too large or wrongly encoded
 * @throws UsherError SERVICE_UNAVAILABLE if too much is being read
 */
export function readJsonBody(
  request: IncomingMessage,
  response: ServerResponse,
  place: BodyPlace,
): Promise<unknown> {
  return read(parseJson, request, response, place);
}

/**
 * The bytes of the body, decompressed.
 *
 * @throws HttpError if the body is too large or wrongly encoded
 * @throws UsherError SERVICE_UNAVAILABLE if too much is being read
 */
export async function readRawBody(
  request: IncomingMessage,
  response: ServerResponse,
  place: BodyPlace,
): Promise<Buffer> {
  const body = await read(parseRaw, request, response, place);
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

async function read(
  parse: typeof parseJson,
  request: IncomingMessage & { body?: unknown },
  response: ServerResponse,
  { bodies, reader }: BodyPlace,
): Promise<unknown> {
  const size = bodies.enter(reader, request);
  return new Promise((resolve, reject) => {
    parse(request, response, (error: unknown) => {
      bodies.leave(reader, size);
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
