import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { TrustedDocuments } from '../../api/graphql/trusted-documents.ts';
import { type Config, ConfigError } from './config.ts';

/** The file that graphql-codegen and Relay write: an object of texts by id, usually the text's SHA-256 in hexadecimal. */
const file = z.record(z.string(), z.string());

/**
 * The operations of PERSISTED_OPERATIONS; null when every operation may run.
 *
 * @throws ConfigError for a file that cannot be read
 */
export async function trustedDocuments({
  persistedOperations: path,
}: Config): Promise<TrustedDocuments | null> {
  if (path === null) return null;
  try {
    return new Map(Object.entries(file.parse(JSON.parse(await readFile(path, 'utf8')))));
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
    throw new ConfigError(
      `PERSISTED_OPERATIONS: ${path} is not a JSON file of operations by id, such as {"id": "query { ... }"}${why}`,
    );
  }
}
