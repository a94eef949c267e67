import { createHash } from 'node:crypto';
import { z } from 'zod';
import { HttpError } from '../http/http-error.ts';

/** The texts of the only operations that may run, by plain id. */
export type TrustedDocuments = ReadonlyMap<string, string>;

const operation = z.object({
  documentId: z.string().optional(),
  query: z.string().optional(),
  extensions: z.looseObject({ persistedQuery: z.object({ sha256Hash: z.string() }).optional() }).nullish(),
});

/**
 * Replaces the operation in what a request sent by the trusted document that it names. A request names it by `documentId`,
 * by `persistedQuery`, or by sending its text if the document's id is the SHA-256 of its text.
 *
 * @throws HttpError for any other operation
 */
export function withTrustedDocument(body: unknown, documents: TrustedDocuments): object {
  const { documentId, query, extensions } = operation.safeParse(body).data ?? {};
  const { persistedQuery, ...others } = extensions ?? {};
  const id = documentId ?? persistedQuery?.sha256Hash ?? (query && sha256(query));
  const trusted = id && documents.get(plainId(id));
  if (!trusted)
    throw new HttpError(400, 'Only registered operations run here, and this is none. Send its documentId.');
  return { ...(body as object), query: trusted, extensions: others };
}

/** The id without the prefix that says how it was made: `sha256:` before 64 hexadecimal digits is implied. */
export function plainId(id: string): string {
  return id.replace(/^sha256:(?=[\da-f]{64}$)/, '');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
