import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';

/**
 * What is wrong with the operations in a client's folder, by the schema. gql.tada needs it: its types leave out a
 * field that does not exist, and only what reads the field fails.
 */
export async function invalidOperations(folder: string, schema: string): Promise<string[]> {
  const built = buildSchema(schema);
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts'));
  const sources = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return sources.flatMap((source, index) =>
    [...source.matchAll(/graphql\(`([^`]+)`\)/g)]
      .flatMap(([, operation = '']) => validate(built, parse(operation)))
      .map(({ message }) => `${join(folder, files[index] ?? '')}: ${message}`),
  );
}
