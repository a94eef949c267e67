import type { IncomingMessage } from 'node:http';
import { MIMEType } from 'node:util';
import { LRUCache } from 'lru-cache';
import { HttpError } from './http-error.ts';

const JSON_TYPE = 'application/json';
const UTF_8 = /^utf-?8$/i;

/** Caches the headers that were accepted: clients send few different ones. */
const known = new LRUCache<string, true>({ max: 100 });

/**
 * Checks that the body is JSON in UTF-8. Every spelling of UTF-8 is accepted, and parameters that say nothing about JSON
 * are ignored. The header is replaced by the one spelling that body-parser knows.
 *
 * @throws HttpError 415 for a missing type, another type or another charset
 */
export function expectJson({ headers }: IncomingMessage): void {
  const header = headers['content-type'] ?? '';
  if (header === JSON_TYPE) return;
  if (!known.get(header)) {
    const type = parse(header);
    if (type?.essence !== JSON_TYPE)
      throw new HttpError(415, `Send the operation as JSON, with Content-Type: ${JSON_TYPE}.`);
    if (!UTF_8.test(type.params.get('charset') ?? 'utf-8'))
      throw new HttpError(415, 'The charset of the body is not supported. Send UTF-8.');
    known.set(header, true);
  }
  headers['content-type'] = JSON_TYPE;
}

function parse(header: string): MIMEType | null {
  try {
    return new MIMEType(header);
  } catch {
    return null;
  }
}
