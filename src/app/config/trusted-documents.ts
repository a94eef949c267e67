import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { TrustedDocuments } from '../../api/graphql/trusted-documents.ts';
import { type Config, ConfigError } from './config.ts';

/** The format of graphql-codegen and Relay: an object of texts by id, which is usually the hexadecimal SHA-256. */
const file = z.record(z.string(), z.string());

/**
 * Reads the file of PERSISTED_OPERATIONS. Null if every operation may run.
 *
 * @throws ConfigError if the file cannot be read
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
