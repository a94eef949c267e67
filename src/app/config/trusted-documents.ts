import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { plainId, type TrustedDocuments } from '../../api/graphql/trusted-documents.ts';
import { type Config, ConfigError } from './config.ts';

type Entry = readonly [id: string, text: string];

/** What @apollo/generate-persisted-query-manifest and Apollo's Kotlin and iOS compilers write. */
const apolloManifest = z
  .looseObject({
    format: z.literal('apollo-persisted-query-manifest'),
    version: z.literal(1),
    operations: z.array(z.looseObject({ id: z.string(), body: z.string() })),
  })
  .transform(({ operations }) => operations.map(({ id, body }): Entry => [id, body]));

/** What Apollo Kotlin writes as operationOutput: an object of names and texts by id. */
const operationOutput = z
  .record(z.string(), z.looseObject({ source: z.string() }))
  .transform((byId) => Object.entries(byId).map(([id, { source }]): Entry => [id, source]));

/** What graphql-codegen, Relay and gql.tada write: an object of texts by id. */
const textsById = z
  .record(z.string(), z.string())
  .transform((byId): Entry[] => Object.entries(byId).map(([id, text]): Entry => [id, text]));

const file = z.union([apolloManifest, operationOutput, textsById]);

/**
 * Reads the file of PERSISTED_OPERATIONS, as any of these tools writes it. Null if every operation may run.
 *
 * @throws ConfigError if the file cannot be read
 */
export async function trustedDocuments({
  persistedOperations: path,
}: Config): Promise<TrustedDocuments | null> {
  if (path === null) return null;
  try {
    const text = (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
    return new Map(file.parse(JSON.parse(text)).map(([id, document]) => [plainId(id), document]));
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
    throw new ConfigError(
      `PERSISTED_OPERATIONS: ${path} is not a JSON file of operations by id, such as {"id": "query { ... }"}, nor a manifest of Apollo${why}`,
    );
  }
}
